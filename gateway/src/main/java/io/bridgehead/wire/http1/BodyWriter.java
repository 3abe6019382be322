package io.bridgehead.wire.http1;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.Outbox;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes the body of one message after another in the framing that its head announced, and holds the sender to it: a
 * body longer or shorter
 * than its Content-Length would make the peer read the next message in the wrong place.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class BodyWriter {
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK_LINE = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END = '\r' << 8 | '\n';

    private Framing framing = Framing.NONE;
    private long remaining;

    enum Framing {
        /** No body follows, whatever is given: the answer to HEAD, 204, 304. */
        NONE,
        SIZED,
        CHUNKED,
        UNTIL_CLOSE
    }

    void start(Framing how, long length) {
        framing = how;
        remaining = length;
    }

    Framing framing() {
        return framing;
    }

    /**
     * Writes a part, which is taken over.
     *
     * @return false when it does not fit the announced length; the connection is of no use then
     */
    boolean data(Outbox out, ByteBuf bytes, boolean end) {
        int size = bytes.readableBytes();
        return switch (framing) {
            case NONE -> {
                bytes.release();
                yield true;
            }
            case SIZED -> {
                remaining -= size;
                if (remaining < 0) {
                    bytes.release();
                    yield false;
                }
                out.write(bytes);
                yield !end || remaining == 0;
            }
            case CHUNKED -> {
                chunk(out, bytes, size);
                if (end) {
                    out.gather().writeBytes(LAST_CHUNK);
                }
                yield true;
            }
            case UNTIL_CLOSE -> {
                out.write(bytes);
                yield true;
            }
        };
    }

    /** Ends the body with trailers, which only a chunked one can carry; false as for {@link #data}. */
    boolean end(Outbox out, HeaderFields trailers) {
        if (framing == Framing.CHUNKED) {
            ByteBuf buffer = out.gather();
            buffer.writeBytes(LAST_CHUNK_LINE);
            HeadWriter.empty().fields(trailers, false).writeTo(buffer);
        }
        return framing != Framing.SIZED || remaining == 0;
    }

    private static void chunk(Outbox out, ByteBuf bytes, int size) {
        if (size == 0) {
            bytes.release();
            return;
        }
        ByteBuf line = out.gather();
        int shift = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(size)) & ~3;
        for (; shift >= 0; shift -= 4) {
            line.writeByte(HEX_DIGITS[size >>> shift & 15]);
        }
        line.writeShort(LINE_END);
        out.write(bytes);
        out.gather().writeShort(LINE_END);
    }
}
