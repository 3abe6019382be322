package io.bridgehead.wire.http1;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.guard.Fault;
import org.jspecify.annotations.Nullable;

/** Reads response heads (RFC 9112, sections 4 and 5) of one connection, one after another. */
@OwnedBy(Owner.EVENT_LOOP)
final class ResponseHeadReader {
    private static final int STATUS_START = 9;
    private static final int STATUS_END = 12;
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 599;
    private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/', '1', '.'};

    private final FieldLines lines;
    private boolean oldVersion;

    ResponseHeadReader(WireLimits limits) {
        this.lines = new FieldLines(limits, false);
    }

    /** Reads one head, which is taken over; null when it is malformed. */
    @Nullable
    ResponseHead read(byte[] head, int end) {
        int status = status(head, end);
        if (status < STATUS_MIN || status > STATUS_MAX) {
            return null;
        }
        int at = STATUS_END;
        while (head[at] != '\r' && (head[at] >= ' ' || head[at] < 0 || head[at] == '\t')) {
            at++;
        }
        if (head[at] != '\r' || head[at + 1] != '\n') {
            return null;
        }
        Fault fault = lines.read(head, at + 2, end);
        if (fault != null || (oldVersion && lines.chunked())) {
            return null;
        }
        return new ResponseHead(status, lines.fields());
    }

    private int status(byte[] head, int end) {
        if (end < STATUS_END + 2 || head[STATUS_START - 1] != ' ') {
            return -1;
        }
        for (int i = 0; i < VERSION.length; i++) {
            if (head[i] != VERSION[i]) {
                return -1;
            }
        }
        byte minor = head[VERSION.length];
        byte behind = head[STATUS_END];
        if ((minor != '0' && minor != '1') || (behind != ' ' && behind != '\r')) {
            return -1;
        }
        oldVersion = minor == '0';
        int status = 0;
        for (int i = STATUS_START; i < STATUS_END; i++) {
            int digit = head[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status;
    }

    /** What the last head said of its body and connection. */
    FieldLines lines() {
        return lines;
    }

    /** Whether the server keeps the connection after this response (RFC 9112, section 9.3). */
    boolean keepAlive() {
        return oldVersion
                ? lines.hopByHop().keepAlive() && !lines.hopByHop().close()
                : !lines.hopByHop().close();
    }
}
