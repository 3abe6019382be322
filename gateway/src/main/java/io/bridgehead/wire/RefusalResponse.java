package io.bridgehead.wire;

import io.bridgehead.model.GrpcStatus;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as a response: status, {@code Proxy-Status} (RFC 9209) and a problem document (RFC 9457); for gRPC a
 * response of
 * trailers only with the matching {@code grpc-status}.
 *
 * @param head may be given more fields before it is sent
 * @param body empty for gRPC
 */
public record RefusalResponse(ResponseHead head, String body) {
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final int FIRST_PRINTABLE = 0x20;

    /**
     * Makes the response.
     *
     * @param detail for the client to read: never next hops or inner details; or null
     * @param requestId or null
     */
    public static RefusalResponse of(Refusal refusal, @Nullable String detail, @Nullable String requestId) {
        StringBuilder json = new StringBuilder(160)
                .append("{\"type\":\"about:blank\",\"title\":")
                .append(quoted(refusal.text()))
                .append(",\"status\":")
                .append(refusal.status());
        if (detail != null) {
            json.append(",\"detail\":").append(quoted(detail));
        }
        if (requestId != null) {
            json.append(",\"requestId\":").append(quoted(requestId));
        }
        String body = json.append("}\n").toString();
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.CONTENT_TYPE, "application/problem+json");
        fields.add(HeaderName.CONTENT_LENGTH, Integer.toString(length));
        fields.add(HeaderName.PROXY_STATUS, "bridgehead; error=" + refusal.proxyStatusError());
        return new RefusalResponse(new ResponseHead(refusal.status(), fields), body);
    }

    /**
     * Makes the response for a gRPC request: status 200, no body, {@code grpc-status} as gRPC maps it from the HTTP
     * status.
     */
    public static RefusalResponse grpc(Refusal refusal, @Nullable String detail) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.CONTENT_TYPE, "application/grpc");
        fields.add(GRPC_STATUS, Integer.toString(GrpcStatus.of(refusal).code()));
        fields.add(GRPC_MESSAGE, percentEncoded(detail == null ? refusal.text() : refusal.text() + ": " + detail));
        fields.add(HeaderName.PROXY_STATUS, "bridgehead; error=" + refusal.proxyStatusError());
        return new RefusalResponse(new ResponseHead(200, fields), "");
    }

    /** The trailers that end a gRPC response whose head has gone out. */
    public static HeaderFields grpcTrailers(Refusal refusal) {
        HeaderFields fields = new HeaderFields();
        fields.add(GRPC_STATUS, Integer.toString(GrpcStatus.of(refusal).code()));
        fields.add(GRPC_MESSAGE, percentEncoded(refusal.text()));
        return fields;
    }

    /** Whether this request wants its refusals as gRPC statuses. */
    public static boolean wantsGrpc(HeaderFields requestFields) {
        String type = requestFields.first(HeaderName.CONTENT_TYPE);
        return type != null && type.startsWith("application/grpc");
    }

    /** Sends it as the whole response; the codec leaves the body out where none may follow. */
    public void sendTo(ServerStream stream) {
        stream.sendResponse(head, body.isEmpty());
        if (!body.isEmpty()) {
            stream.sendData(Chunk.of(body.getBytes(StandardCharsets.UTF_8)), true);
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= FIRST_PRINTABLE && b < 0x7f && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format("%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }
}
