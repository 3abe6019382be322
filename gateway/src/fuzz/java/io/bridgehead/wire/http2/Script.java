package io.bridgehead.wire.http2;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.corpus.Frames;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A conversation as a fuzzer changes it best: steps of a few bytes, of which most are frames whose length is right whatever is changed in
 * them. The first byte of a step says what it is:
 *
 * <pre>
 * 0-9  a frame of this type: flags, stream, length (255: two more bytes), payload
 * 10   the last frame again, so many times (+128: each two streams further)
 * 11   bytes as they are: length, bytes
 * 12   what has gathered arrives now, in pieces of so many bytes (0: in one)
 * 13   this side's user does something: with which stream, what, how much
 * 14   what is right and has to be understood: a request or an answer
 * 15   this side's owner of the connection does something: what
 * </pre>
 */
@OwnedBy(Owner.CONFINED)
final class Script {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 9;
    private static final int LONG = 255;
    private static final int FAR = 0x80;
    private static final int BYTES_MAX = 1 << 17;

    private final ByteBuffer in;
    private final Player player;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private byte[] last = new byte[0];
    private int bytes;

    /** Who has it done. */
    interface Player {
        /** Bytes of the peer arrive. */
        void arrive(byte[] bytes);

        /** Something that is right: its bytes, to arrive behind what has gathered. */
        byte[] right(int choice);

        void user(int stream, int what, int amount);

        void owner(int what);
    }

    private Script(byte[] steps, Player player) {
        this.in = ByteBuffer.wrap(steps);
        this.player = player;
    }

    /** Plays the steps from a place on; what has gathered at their end arrives as well. */
    static void play(byte[] steps, int from, Player player) {
        Script script = new Script(steps, player);
        script.in.position(Math.min(from, steps.length));
        while (script.in.hasRemaining() && script.bytes < BYTES_MAX) {
            script.step();
        }
        script.arrive(0);
    }

    private int next() {
        return in.hasRemaining() ? in.get() & 0xff : 0;
    }

    private byte[] next(int length) {
        byte[] taken = new byte[Math.min(length, in.remaining())];
        in.get(taken);
        return taken;
    }

    private void step() {
        int what = next() & 0xf;
        switch (what) {
            case 10 -> again(next());
            case 11 -> gather(next(next()));
            case 12 -> arrive(next());
            case 13 -> {
                arrive(0);
                player.user(next(), next(), next());
            }
            case 14 -> gather(player.right(next()));
            case 15 -> {
                arrive(0);
                player.owner(next());
            }
            default -> frame(what);
        }
    }

    private void frame(int type) {
        int flags = next();
        int stream = next();
        int length = next();
        byte[] payload = next(length == LONG ? next() << 8 | next() : length);
        last = frame(type, flags, (stream & FAR) == 0 ? stream : 0x40000000 | (stream & ~FAR), payload);
        gather(last);
    }

    /** A frame's bytes. */
    static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEADER_LENGTH + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private void again(int times) {
        for (int i = 0; i < (times & ~FAR) && last.length > 0 && bytes < BYTES_MAX; i++) {
            if ((times & FAR) != 0) {
                last = last.clone();
                ByteBuffer frame = ByteBuffer.wrap(last);
                frame.putInt(5, frame.getInt(5) + 2);
            }
            gather(last);
        }
    }

    private void gather(byte[] more) {
        gathered.writeBytes(more);
        bytes += more.length;
    }

    private void arrive(int piece) {
        byte[] all = gathered.toByteArray();
        gathered.reset();
        int size = piece == 0 ? Math.max(1, all.length) : piece;
        for (int at = 0; at < all.length; at += size) {
            player.arrive(Arrays.copyOfRange(all, at, Math.min(all.length, at + size)));
        }
    }

    /** The preface of a client and its first SETTINGS. */
    static byte[] clientPreface() {
        ByteBuffer both = ByteBuffer.allocate(PREFACE.length + HEADER_LENGTH);
        return both.put(PREFACE).put(frame(4, 0, 0, new byte[0])).array();
    }

    static byte[] serverPreface() {
        return frame(4, 0, 0, new byte[0]);
    }

    // --- the corpus as scripts

    /** What clients send in the corpus, with a head byte before each. */
    static Stream<Arguments> ofClients() {
        return Stream.of("frames", "floods", "downgrade", "stalls")
                .flatMap(family -> CaseFile.read(family).stream())
                .map(Case::frames)
                .filter(Objects::nonNull)
                .map(lines -> steps(Frames.encode(lines, true), Frames.haveNoPreface(lines)))
                .map(steps -> Arguments.of((Object) steps));
    }

    /** @param own the sender writes a preface of its own, or none */
    private static byte[] steps(byte[] conversation, boolean own) {
        ByteArrayOutputStream steps = new ByteArrayOutputStream();
        steps.write(own ? 1 : 0);
        int at = own ? conversation.length : PREFACE.length + HEADER_LENGTH;
        if (own) {
            raw(steps, conversation);
        }
        while (at + HEADER_LENGTH <= conversation.length && steps.size() < 4000) {
            int length = (ByteBuffer.wrap(conversation).getInt(at) >>> 8) & 0xffffff;
            int end = Math.min(conversation.length, at + HEADER_LENGTH + length);
            byte[] frame = Arrays.copyOfRange(conversation, at, end);
            boolean plain = end == at + HEADER_LENGTH + length && frame[3] >= 0 && frame[3] < 10 && length < 0x10000;
            if (plain) {
                step(steps, frame, length);
            } else {
                raw(steps, frame);
            }
            at = end;
        }
        return steps.toByteArray();
    }

    private static void step(ByteArrayOutputStream steps, byte[] frame, int length) {
        int stream = ByteBuffer.wrap(frame).getInt(5);
        steps.write(frame[3]);
        steps.write(frame[4]);
        steps.write((stream & 0x7f) | (stream > 0x7f ? FAR : 0));
        if (length >= LONG) {
            steps.write(LONG);
            steps.write(length >>> 8);
        }
        steps.write(length);
        steps.write(frame, HEADER_LENGTH, length);
    }

    private static void raw(ByteArrayOutputStream steps, byte[] bytes) {
        for (int at = 0; at < bytes.length; at += 250) {
            int size = Math.min(250, bytes.length - at);
            steps.write(11);
            steps.write(size);
            steps.write(bytes, at, size);
        }
    }
}
