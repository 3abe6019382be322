package io.bridgehead.wire.http1;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.guard.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Reads the body of one message after another (RFC 9112, sections 6 and 7), a step at a time: whoever reads asks
 * {@link #next} until it
 * needs more bytes or the body has ended.
 *
 * <p><b>State</b>: of a chunked body, SIZE line, DATA, the line end AFTER_DATA, TRAILERS, and SIZE again or DONE.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class BodyReader {
    private static final int SIZE_DIGITS_MAX = 15;
    private static final int EXTENSION_MAX = 256;
    private static final int EXTENSIONS_MAX = 16 * 1024;

    private final WireLimits limits;
    private final FieldLines trailerLines;
    private final HeadScanner scanner = new HeadScanner();
    private State state = State.DONE;
    private long remaining;
    private int sizeDigits;
    private int extension = -1;
    private int extensions;
    private boolean carriageReturn;
    private ByteBuf piece = Unpooled.EMPTY_BUFFER;
    private HeaderFields trailers = new HeaderFields();

    private enum State {
        SIZED,
        UNTIL_CLOSE,
        SIZE,
        DATA,
        AFTER_DATA,
        TRAILERS,
        DONE
    }

    /** What one step gave. */
    enum Step {
        NEED_MORE,
        /** {@link #takePiece}. */
        PIECE,
        /** {@link #takePiece}, and the body has ended. */
        LAST_PIECE,
        /** The body has ended; {@link #trailers} tells with which trailers. */
        END,
        BROKEN
    }

    BodyReader(WireLimits limits, boolean request) {
        this.limits = limits;
        this.trailerLines = new FieldLines(limits, request);
    }

    /** A body of this many bytes follows. */
    void sized(long length) {
        remaining = length;
        state = length == 0 ? State.DONE : State.SIZED;
    }

    /** A chunked body follows. */
    void chunked() {
        startSize();
        extensions = 0;
        trailers = new HeaderFields();
        state = State.SIZE;
    }

    /** All that comes is the body. */
    void untilClose() {
        state = State.UNTIL_CLOSE;
    }

    /** Whether the body has ended, or there is none. */
    boolean isDone() {
        return state == State.DONE;
    }

    /** Whether the end of the connection is the regular end of this body. */
    boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /** The connection has ended, which ends a body that lasts until then. */
    void connectionEnded() {
        state = State.DONE;
    }

    /** The bytes of the last step, given once; the caller owns them. */
    ByteBuf takePiece() {
        ByteBuf taken = piece;
        piece = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    /** The trailers of the body that ended. */
    HeaderFields trailers() {
        return trailers;
    }

    /** Reads on; {@code in} must have bytes. */
    Step next(ByteBuf in) {
        while (in.isReadable()) {
            switch (state) {
                case SIZED -> {
                    return slice(in, State.DONE, Step.LAST_PIECE);
                }
                case DATA -> {
                    return slice(in, State.AFTER_DATA, Step.PIECE);
                }
                case UNTIL_CLOSE -> {
                    piece = in.readRetainedSlice(in.readableBytes());
                    return Step.PIECE;
                }
                case SIZE -> {
                    if (!sizeLine(in)) {
                        return Step.BROKEN;
                    }
                }
                case AFTER_DATA -> {
                    if (!lineEnd(in)) {
                        return Step.BROKEN;
                    }
                }
                case TRAILERS -> {
                    return trailerSection(in);
                }
                case DONE -> {
                    return Step.END;
                }
            }
        }
        return Step.NEED_MORE;
    }

    private Step slice(ByteBuf in, State then, Step last) {
        int size = (int) Math.min(remaining, in.readableBytes());
        piece = in.readRetainedSlice(size);
        remaining -= size;
        if (remaining > 0) {
            return Step.PIECE;
        }
        state = then;
        return last;
    }

    private void startSize() {
        remaining = 0;
        sizeDigits = 0;
        extension = -1;
        carriageReturn = false;
    }

    private boolean sizeLine(ByteBuf in) {
        while (in.isReadable()) {
            byte b = in.readByte();
            if (carriageReturn) {
                carriageReturn = false;
                state = remaining == 0 ? State.TRAILERS : State.DATA;
                return b == '\n';
            }
            if (b == '\r') {
                if (sizeDigits == 0) {
                    return false;
                }
                carriageReturn = true;
            } else if (extension >= 0) {
                if (!Octets.inFieldValue(b) || ++extension > EXTENSION_MAX || ++extensions > EXTENSIONS_MAX) {
                    return false;
                }
            } else if (b == ';' && sizeDigits > 0) {
                extension = 0;
            } else {
                int digit = Octets.hex(b);
                if (digit < 0 || ++sizeDigits > SIZE_DIGITS_MAX) {
                    return false;
                }
                remaining = remaining * 16 + digit;
            }
        }
        return true;
    }

    private boolean lineEnd(ByteBuf in) {
        byte b = in.readByte();
        if (!carriageReturn) {
            carriageReturn = true;
            return b == '\r';
        }
        startSize();
        state = State.SIZE;
        return b == '\n';
    }

    private Step trailerSection(ByteBuf in) {
        int length = scanner.find(in, limits.headBytesMax());
        if (length == HeadScanner.NEED_MORE) {
            return Step.NEED_MORE;
        }
        if (length == HeadScanner.TOO_LARGE) {
            return Step.BROKEN;
        }
        byte[] lines = new byte[length];
        in.readBytes(lines);
        state = State.DONE;
        if (length < 2 || trailerLines.read(lines, 0, length) != null) {
            return Step.BROKEN;
        }
        trailers = trailerLines.trailers();
        return Step.END;
    }
}
