package io.bridgehead.load.wan;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The answer to one request of HTTP/1.1, of clients that send no second one before it; with {@code content-length} or without a body.
 *
 * @param status the status line
 * @param fields by names in lower case, with their values in lower case
 */
public record Answer(String status, Map<String, String> fields) {
    public Answer {
        fields = Map.copyOf(fields);
    }

    /**
     * Waits for it, as long as the connection says.
     *
     * @throws IOException if it did not come whole
     */
    public static Answer read(Socket connection) throws IOException {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        String status = line(in);
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip().toLowerCase(Locale.ROOT));
        }
        int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
        if (in.readNBytes(length).length != length) {
            throw new IOException("the body of '" + status + "' ended early");
        }
        return new Answer(status, fields);
    }

    /** Whether it is 200. */
    public boolean isGood() {
        return status.contains(" 200");
    }

    /** What it says of who served it; {@code nobody} where it says nothing. */
    public String servedBy() {
        return fields.getOrDefault("x-served-by", "nobody");
    }

    /** Whether no other request may follow on its connection. */
    public boolean isLast() {
        return "close".equals(fields.get("connection"));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the connection ended");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }
}
