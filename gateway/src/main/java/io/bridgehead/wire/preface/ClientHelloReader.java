package io.bridgehead.wire.preface;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first message of a TLS connection, which may come in several records and these in any number of segments, without
 * taking part in the handshake (RFC 8446, sections 4.1.2 and 5.1; RFC 5246, section 7.4.1.2). Each byte is looked at once, however
 * the bytes arrive.
 *
 * <p><b>Limits</b>: {@value #BYTES_MAX} bytes, with the heads of the records.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ClientHelloReader {
    /** The most that is read before a ClientHello must be whole. */
    public static final int BYTES_MAX = 16 * 1024;

    private static final int RECORD_HEAD = 5;
    private static final int FRAGMENT_MAX = 16 * 1024;
    private static final int HANDSHAKE = 22;
    private static final int MAJOR_VERSION = 3;
    private static final int MESSAGE_HEAD = 4;
    private static final int CLIENT_HELLO = 1;
    private static final Result MORE = new More();

    private byte[] message = new byte[0];
    private int messageLength;
    private int nextRecord;

    /** What the bytes so far are. */
    public sealed interface Result {}

    /** Not enough of them. */
    public record More() implements Result {}

    /** A whole ClientHello. */
    public record Hello(ClientHello hello) implements Result {}

    /** These bytes are no beginning of a TLS connection. */
    public record Wrong(Flaw flaw, String detail) implements Result {}

    /** What is wrong with what a client sent first. */
    public enum Flaw {
        /** It does not speak TLS: an alert would mean nothing to it. */
        NOT_TLS,
        /** TLS with an error in it. */
        MALFORMED,
        /** More than a ClientHello may have. */
        TOO_LARGE
    }

    /**
     * Looks at all bytes that have arrived on the connection.
     *
     * @param in readable from the connection's first byte; the same bytes as the last time and perhaps more; its indexes are not moved
     */
    public Result read(ByteBuf in) {
        int length = in.readableBytes();
        while (length - nextRecord >= RECORD_HEAD) {
            Result wrong = judgeRecord(in, in.readerIndex() + nextRecord);
            if (wrong != null) {
                return wrong;
            }
            int fragment = in.getUnsignedShort(in.readerIndex() + nextRecord + 3);
            if (length - nextRecord - RECORD_HEAD < fragment) {
                return nextRecord + RECORD_HEAD + fragment > BYTES_MAX ? tooLarge() : MORE;
            }
            append(in, in.readerIndex() + nextRecord + RECORD_HEAD, fragment);
            nextRecord += RECORD_HEAD + fragment;
            Result result = judgeMessage();
            if (result != null) {
                return result;
            }
        }
        return length > nextRecord ? judgeBeginning(in, in.readerIndex() + nextRecord, length - nextRecord) : MORE;
    }

    private static @Nullable Result judgeRecord(ByteBuf in, int at) {
        Result beginning = judgeBeginning(in, at, RECORD_HEAD);
        if (beginning instanceof Wrong) {
            return beginning;
        }
        int length = in.getUnsignedShort(at + 3);
        if (length == 0) {
            return new Wrong(Flaw.MALFORMED, "a record without content");
        }
        return length > FRAGMENT_MAX ? new Wrong(Flaw.MALFORMED, "a record of " + length + " bytes") : null;
    }

    /** The type and the major version tell other protocols apart as soon as they are there. */
    private static Result judgeBeginning(ByteBuf in, int at, int length) {
        int type = in.getUnsignedByte(at);
        if (type != HANDSHAKE) {
            return new Wrong(Flaw.NOT_TLS, "a first byte " + type + " where a handshake record was expected");
        }
        if (length > 1 && in.getByte(at + 1) != MAJOR_VERSION) {
            return new Wrong(Flaw.NOT_TLS, "a record of major version " + in.getUnsignedByte(at + 1));
        }
        return MORE;
    }

    private static Result tooLarge() {
        return new Wrong(Flaw.TOO_LARGE, "a ClientHello of more than " + BYTES_MAX + " bytes");
    }

    private void append(ByteBuf in, int at, int count) {
        if (messageLength + count > message.length) {
            message = Arrays.copyOf(message, Math.max(messageLength + count, message.length * 2));
        }
        in.getBytes(at, message, messageLength, count);
        messageLength += count;
    }

    /** @return null while the message is not whole and may become it */
    private @Nullable Result judgeMessage() {
        if (message[0] != CLIENT_HELLO) {
            return new Wrong(
                    Flaw.MALFORMED, "a handshake message of type " + message[0] + " where a ClientHello was expected");
        }
        if (messageLength < MESSAGE_HEAD) {
            return null;
        }
        int length = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
        if (length > BYTES_MAX - RECORD_HEAD - MESSAGE_HEAD) {
            return tooLarge();
        }
        if (messageLength < MESSAGE_HEAD + length) {
            return nextRecord >= BYTES_MAX ? tooLarge() : null;
        }
        return new HelloBody(message, MESSAGE_HEAD, MESSAGE_HEAD + length).read();
    }
}
