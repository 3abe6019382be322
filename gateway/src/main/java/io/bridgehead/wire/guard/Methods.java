package io.bridgehead.wire.guard;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Request methods as strings, without making one for those that everybody uses (RFC 9110, section 9.3, and PATCH). */
public final class Methods {
    private static final String[] KNOWN = {
        "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"
    };
    private static final NameTable NAMES = new NameTable(List.of(KNOWN));

    private Methods() {}

    /** The method in these bytes, which are a token. */
    public static String of(byte[] bytes, int start, int length) {
        int place = NAMES.find(bytes, start, length);
        return place >= 0 ? KNOWN[place] : new String(bytes, start, length, StandardCharsets.US_ASCII);
    }
}
