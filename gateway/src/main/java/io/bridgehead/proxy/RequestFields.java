package io.bridgehead.proxy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The fields that say where a request came from: what clients claim is removed at the edge, and said anew by this node.
 * {@code bridgehead-*} fields pass neither into nor out of the fabric.
 */
final class RequestFields {
    /** How often a request may pass this node: a service may well call another one through the same gateway with all fields it got. */
    static final int PASSES_MAX = 2;

    private static final int REQUEST_ID_CHARACTERS_MAX = 128;
    /** No field of HTTP; programs started the way of CGI take it for the environment's HTTP_PROXY (CVE-2016-5385). */
    private static final HeaderName PROXY = HeaderName.of("proxy");

    private static final boolean[] ID_CHARACTERS = idCharacters();
    private static final byte[] X_FORWARDED = latin1("x-forwarded-");
    private static final byte[] X_ENVOY = latin1("x-envoy-");
    private static final byte[] BRIDGEHEAD = latin1("bridgehead-");

    private RequestFields() {}

    /** Removes what only an edge may say. */
    static void stripClaims(HeaderFields fields) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            if (isClaim(fields, i)) {
                fields.removeAt(i);
            }
        }
    }

    /** Removes what only an edge may say, but for what a trusted proxy says in {@code X-Forwarded-*} of all but certificates. */
    static void stripOtherClaims(HeaderFields fields) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            boolean kept = fields.startsWith(i, X_FORWARDED) && !fields.nameIs(i, HeaderName.X_FORWARDED_CLIENT_CERT);
            if (!kept && isClaim(fields, i)) {
                fields.removeAt(i);
            }
        }
    }

    /** Removes {@code bridgehead-*}. */
    static void stripHopFields(HeaderFields fields) {
        fields.removePrefixed(BRIDGEHEAD);
    }

    /** Says who the client is: {@code X-Forwarded-*}, all but its certificate. */
    static HeaderFields introduction(RequestHead head, Caller caller) {
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.X_FORWARDED_FOR, caller.address());
        fields.add(HeaderName.X_FORWARDED_PROTO, head.scheme());
        if (!head.authority().isEmpty()) {
            fields.add(HeaderName.X_FORWARDED_HOST, head.authority());
        }
        return fields;
    }

    /** What the client's own fields say of certificates, in their order; null when nothing. */
    static @Nullable String claimedCertificate(HeaderFields fields) {
        String claimed = null;
        for (int i = fields.indexOf(HeaderName.X_FORWARDED_CLIENT_CERT, 0);
                i >= 0;
                i = fields.indexOf(HeaderName.X_FORWARDED_CLIENT_CERT, i + 1)) {
            claimed = claimed == null ? fields.value(i) : claimed + "," + fields.value(i);
        }
        return claimed;
    }

    /** Appends a certificate to those that are there already. */
    static void appendCertificate(HeaderFields fields, String clientCertificate) {
        String before = fields.first(HeaderName.X_FORWARDED_CLIENT_CERT);
        if (before == null) {
            fields.add(HeaderName.X_FORWARDED_CLIENT_CERT, clientCertificate);
        } else {
            fields.set(HeaderName.X_FORWARDED_CLIENT_CERT, before + "," + clientCertificate);
        }
    }

    /** Whether {@code Via} names this node so often that the request goes in circles. */
    static boolean goesInCircles(HeaderFields fields, String pseudonym, byte[] pseudonymText) {
        int passes = 0;
        for (int i = fields.indexOf(HeaderName.VIA, 0); i >= 0; i = fields.indexOf(HeaderName.VIA, i + 1)) {
            if (!fields.valueContains(i, pseudonymText)) {
                continue;
            }
            for (String hop : fields.value(i).split(",", -1)) {
                String[] words = hop.strip().split(" +", -1);
                if (words.length >= 2 && words[1].equals(pseudonym)) {
                    passes++;
                }
            }
        }
        return passes >= PASSES_MAX;
    }

    /** The client's request id if it is one that can stand in logs and fields as it is, else null. */
    static byte @Nullable [] requestId(HeaderFields fields) {
        int at = fields.indexOf(HeaderName.X_REQUEST_ID, 0);
        int length = at < 0 ? 0 : fields.valueLength(at);
        if (length == 0 || length > REQUEST_ID_CHARACTERS_MAX) {
            return null;
        }
        byte[] text = fields.array();
        int start = fields.valueStart(at);
        for (int i = start; i < start + length; i++) {
            if (text[i] < 0 || !ID_CHARACTERS[text[i]]) {
                return null;
            }
        }
        return Arrays.copyOfRange(text, start, start + length);
    }

    private static boolean[] idCharacters() {
        boolean[] allowed = new boolean[128];
        for (int c = 0; c < allowed.length; c++) {
            allowed[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_.~+/=:".indexOf(c) >= 0;
        }
        return allowed;
    }

    private static boolean isClaim(HeaderFields fields, int i) {
        return switch (fields.array()[fields.nameStart(i)]) {
            case 'x' ->
                fields.startsWith(i, X_FORWARDED)
                        || fields.startsWith(i, X_ENVOY)
                        || fields.nameIs(i, HeaderName.X_REAL_IP);
            case 'b' -> fields.startsWith(i, BRIDGEHEAD);
            case 'f' -> fields.nameIs(i, HeaderName.FORWARDED);
            case 'p' -> fields.nameIs(i, PROXY);
            default -> false;
        };
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
