package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One question of gRPC's health protocol ({@code grpc.health.v1.Health/Check}) and its answer. The two messages are small enough to be
 * written and read here: {@code HealthCheckRequest { string service = 1; }} and
 * {@code HealthCheckResponse { ServingStatus status = 1; }}.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class GrpcHealth {
    private static final String PATH = "/grpc.health.v1.Health/Check";
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final int SERVICE_FIELD = (1 << 3) | 2;
    private static final int STATUS_FIELD = 1 << 3;
    private static final int SERVING = 1;
    private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final int PREFIX = 5;
    /** More than any answer needs; what comes beyond is not read. */
    private static final int ANSWER_MAX = 1024;

    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    /** The head of the question, which is asked with a body. */
    static RequestHead head(String scheme, String authority, String userAgent, long timeoutMillis) {
        HeaderFields fields = new HeaderFields();
        fields.add("content-type", "application/grpc");
        fields.add("te", "trailers");
        fields.add("user-agent", userAgent);
        fields.add("grpc-timeout", Math.min(timeoutMillis, 99_999_999) + "m");
        return new RequestHead("POST", scheme, authority, PATH, fields);
    }

    /** The body of the question: one message with its prefix. */
    static byte[] question(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        if (name.length > 0) {
            message.write(SERVICE_FIELD);
            varint(message, name.length);
            message.writeBytes(name);
        }
        return ByteBuffer.allocate(PREFIX + message.size())
                .put((byte) 0)
                .putInt(message.size())
                .put(message.toByteArray())
                .array();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left > 0x7F) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    /** A part of the answer's body. */
    void add(byte[] bytes) {
        answer.write(bytes, 0, Math.min(bytes.length, ANSWER_MAX - answer.size()));
    }

    /** What the fields with {@code grpc-status} say against the endpoint; null when nothing. */
    static @Nullable String problem(HeaderFields fields) {
        String status = fields.first(GRPC_STATUS);
        if (status == null) {
            return "the probe's answer has no grpc-status";
        }
        String message = fields.first(GRPC_MESSAGE);
        return status.equals("0")
                ? null
                : "the probe was answered with grpc-status " + status + (message == null ? "" : ", " + message);
    }

    /** What the message says against the endpoint; null when it serves. */
    @Nullable
    String problem() {
        byte[] bytes = answer.toByteArray();
        if (bytes.length < PREFIX || bytes[0] != 0) {
            return "the probe's answer is no gRPC message";
        }
        int size = ByteBuffer.wrap(bytes).getInt(1);
        long status = size < 0 || size > bytes.length - PREFIX ? -1 : status(ByteBuffer.wrap(bytes, PREFIX, size));
        if (status == SERVING) {
            return null;
        }
        String name =
                status >= 0 && status < STATUSES.length ? STATUSES[(int) status] : "a message that cannot be read";
        return "the probe was answered with " + name;
    }

    /** The field {@code status}, 0 when it is not there; -1 when the message cannot be read. */
    private static long status(ByteBuffer message) {
        long status = 0;
        while (message.hasRemaining()) {
            long tag = varint(message);
            if (tag == STATUS_FIELD) {
                status = varint(message);
            } else if (!skip(message, (int) (tag & 7))) {
                return -1;
            }
        }
        return status;
    }

    private static boolean skip(ByteBuffer message, int wireType) {
        long size = switch (wireType) {
            case 0 -> varint(message) < 0 ? -1 : 0;
            case 1 -> Long.BYTES;
            case 2 -> varint(message);
            case 5 -> Integer.BYTES;
            default -> -1;
        };
        if (size < 0 || size > message.remaining()) {
            return false;
        }
        message.position(message.position() + (int) size);
        return true;
    }

    /** A varint of at most 63 bits; -1 when there is none. */
    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < 63 && message.hasRemaining(); shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }
}
