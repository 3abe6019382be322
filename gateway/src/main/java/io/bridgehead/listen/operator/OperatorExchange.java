package io.bridgehead.listen.operator;

import io.bridgehead.listen.operator.OperatorDoor.Answer;
import io.bridgehead.listen.operator.OperatorDoor.Question;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One request of an operator: refused at its head, or collected and answered once. */
@OwnedBy(Owner.EVENT_LOOP)
final class OperatorExchange implements StreamEvents {
    private static final HeaderName CACHE_CONTROL = HeaderName.of("cache-control");
    private static final int TOO_LONG = 413;
    private static final int TOO_OFTEN = 429;
    private static final int FAILED = 500;
    private static final int FULL = 503;
    private static final int TOO_LATE = 504;
    /** Of an answer this much is encrypted and sent before the loop looks at what else there is. */
    private static final int PART_BYTES = 64 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final OperatorConnection connection;
    private final ServerStream stream;
    private final Question asked;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int reserved;
    private boolean over;
    private @Nullable Timer timer;
    private ByteBuffer unsent = NOTHING;
    private boolean goesOn;

    OperatorExchange(OperatorConnection connection, ServerStream stream, Question asked) {
        this.connection = connection;
        this.stream = stream;
        this.asked = asked;
    }

    void begin(boolean end) {
        OperatorDoor door = connection.door();
        boolean inTurn =
                connection.port().hasTurn(asked.operator(), connection.loop().nanoTime());
        Answer refusal = inTurn
                ? door.refusal(asked)
                : door.refused(
                        TOO_OFTEN,
                        "more than " + OperatorPort.REQUESTS_PER_SECOND + " requests a second; try again in a second");
        if (refusal != null) {
            answer(refusal);
        } else if (end) {
            ask();
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        if (over) {
            chunk.release();
            return;
        }
        byte[] part = chunk.toBytes();
        chunk.release();
        stream.consumed(part.length);
        if (body.size() + part.length > OperatorPort.BODY_BYTES_MAX) {
            refuse(TOO_LONG, "the body is longer than " + OperatorPort.BODY_BYTES_MAX + " bytes");
        } else if (!connection.port().reserve(part.length)) {
            refuse(FULL, "too many long requests at once; try again in a moment");
        } else {
            reserved += part.length;
            body.writeBytes(part);
            if (end) {
                ask();
            }
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (!over) {
            ask();
        }
    }

    private void ask() {
        timer = connection.loop().after(OperatorPort.ANSWER_MILLIS, () -> refuse(TOO_LATE, "no answer in time"));
        connection
                .door()
                .answer(asked, body.toByteArray())
                .whenComplete((answer, failure) -> connection.loop().execute(() -> answered(answer, failure)));
    }

    private void answered(@Nullable Answer answer, @Nullable Throwable failure) {
        answer(answer == null ? connection.door().refused(FAILED, String.valueOf(failure)) : answer);
    }

    private void refuse(int status, String reason) {
        answer(connection.door().refused(status, reason));
    }

    private void answer(Answer answer) {
        if (over) {
            return;
        }
        end();
        unsent = answer.body().duplicate();
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.CONTENT_TYPE, answer.contentType());
        fields.add(HeaderName.CONTENT_LENGTH, unsent.remaining());
        fields.add(CACHE_CONTROL, "no-store");
        stream.sendResponse(new ResponseHead(answer.status(), fields), false);
        if (unsent.remaining() > PART_BYTES) {
            timer = connection.loop().after(OperatorPort.ANSWER_MILLIS, this::giveUp);
        }
        sendPart();
    }

    /** One part at a time, with timers and other connections in between. */
    private void sendPart() {
        byte[] part = new byte[Math.min(unsent.remaining(), PART_BYTES)];
        unsent.get(part);
        boolean last = !unsent.hasRemaining();
        stream.sendData(Chunk.of(part), last);
        if (last) {
            forget();
        } else {
            goOn();
        }
    }

    private void goOn() {
        if (!goesOn && unsent.hasRemaining() && stream.writable()) {
            goesOn = true;
            connection.loop().after(0, () -> {
                goesOn = false;
                if (unsent.hasRemaining()) {
                    sendPart();
                }
            });
        }
    }

    /** The operator has not taken the answer in time. */
    private void giveUp() {
        forget();
        stream.reset(StreamReset.TIMEOUT);
    }

    private void forget() {
        unsent = NOTHING;
        stopTimer();
    }

    private void end() {
        over = true;
        connection.port().free(reserved);
        reserved = 0;
        body.reset();
        stopTimer();
    }

    private void stopTimer() {
        Timer pending = timer;
        if (pending != null) {
            pending.cancel();
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        if (!over) {
            end();
        }
        forget();
    }

    @Override
    public void onWritable() {
        goOn();
    }
}
