package io.bridgehead.wire.http1;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.guard.Fault;
import io.bridgehead.wire.guard.Octets;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes request heads off the bytes that arrive, however they are cut, and says at the first doubt why not. */
@OwnedBy(Owner.EVENT_LOOP)
final class HeadIntake {
    /** Room behind a head for the fields that this node adds, so that its array need not grow. */
    private static final int SPARE_BYTES = 512;

    private static final int EMPTY_LINES_MAX = 4;

    private final WireLimits limits;
    private final HeadScanner scanner = new HeadScanner();
    private final RequestHeadReader reader;
    private int emptyLines;
    private @Nullable Fault fault;

    HeadIntake(WireLimits limits, String scheme) {
        this.limits = limits;
        this.reader = new RequestHeadReader(limits, scheme);
    }

    /** The next head, or null: either more bytes are needed, or {@link #fault} says why the connection must end. */
    @Nullable
    RequestHead next(ByteBuf in) {
        while (in.isReadable()) {
            byte first = in.getByte(in.readerIndex());
            if (Octets.tokenLower(first) == 0 && first != '\r' && first != '\n') {
                return refuse(Fault.bad("request line: expected a method"));
            }
            int length = scanner.find(in, limits.headBytesMax());
            if (length == HeadScanner.NEED_MORE) {
                return null;
            }
            if (length == HeadScanner.TOO_LARGE) {
                return refuse(new Fault(Refusal.HEAD_TOO_LARGE, "head: more than " + limits.headBytesMax() + " bytes"));
            }
            if (length > 2) {
                return head(in, length);
            }
            in.skipBytes(length);
            if (length == 1) {
                return refuse(Fault.bad("request line: expected instead of an LF alone"));
            }
            if (++emptyLines > EMPTY_LINES_MAX) {
                return refuse(Fault.bad("request line: expected instead of so many empty lines"));
            }
        }
        return null;
    }

    private @Nullable RequestHead head(ByteBuf in, int length) {
        emptyLines = 0;
        byte[] text = new byte[length + SPARE_BYTES];
        in.readBytes(text, 0, length);
        RequestHead head = reader.read(text, length);
        return head == null ? refuse(reader.fault()) : head;
    }

    private @Nullable RequestHead refuse(Fault why) {
        fault = why;
        return null;
    }

    /** Why there is no head and never will be, or null. */
    @Nullable
    Fault fault() {
        return fault;
    }

    /** What the last head said besides. */
    RequestHeadReader reader() {
        return reader;
    }
}
