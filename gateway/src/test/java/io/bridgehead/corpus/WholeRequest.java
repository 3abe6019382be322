package io.bridgehead.corpus;

/** Finds where a request ends by the strictest reading, independent of the product's own: what it does not understand never ends. */
final class WholeRequest {
    private WholeRequest() {}

    /** Where the request ends, or -1. */
    static int end(String bytes, int body) {
        String head = bytes.substring(0, body);
        if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return head.contains("\r\ncontent-length:") ? -1 : chunkedEnd(bytes, body);
        }
        int at = head.indexOf("\r\ncontent-length: ");
        if (at < 0) {
            return body;
        }
        String length = head.substring(at + 18, head.indexOf("\r\n", at + 2));
        if (!length.matches("\\d{1,9}")) {
            return -1;
        }
        int end = body + Integer.parseInt(length);
        return end <= bytes.length() ? end : -1;
    }

    /** The whole request with the chunks of its body, if it has any, joined into one. */
    static String normal(String request, int body) {
        if (!request.substring(0, body).contains("\r\ntransfer-encoding: chunked\r\n")) {
            return request;
        }
        StringBuilder data = new StringBuilder();
        int last = lastChunk(request, body, data);
        String joined = data.isEmpty() ? "" : Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
        return request.substring(0, body) + joined + request.substring(last);
    }

    private static int chunkedEnd(String bytes, int body) {
        int last = lastChunk(bytes, body, new StringBuilder());
        if (last < 0) {
            return -1;
        }
        int trailers = bytes.indexOf("\r\n", last) + 2;
        if (bytes.startsWith("\r\n", trailers)) {
            return trailers + 2;
        }
        int end = bytes.indexOf("\r\n\r\n", trailers);
        return end < 0 ? -1 : end + 4;
    }

    /** Where the line of the last chunk begins, or -1. */
    private static int lastChunk(String bytes, int body, StringBuilder data) {
        int at = body;
        while (true) {
            int lineEnd = bytes.indexOf("\r\n", at);
            if (lineEnd < 0 || !bytes.substring(at, lineEnd).matches("[0-9a-f]{1,8}")) {
                return -1;
            }
            int size = Integer.parseInt(bytes.substring(at, lineEnd), 16);
            int dataStart = lineEnd + 2;
            if (size == 0) {
                return at;
            }
            if (bytes.length() < dataStart + size + 2 || !bytes.startsWith("\r\n", dataStart + size)) {
                return -1;
            }
            data.append(bytes, dataStart, dataStart + size);
            at = dataStart + size + 2;
        }
    }
}
