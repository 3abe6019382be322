package io.bridgehead.listen;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * What a client certificate says, in the form of Envoy's {@code X-Forwarded-Client-Cert}: {@code Hash}, {@code Subject}, {@code URI},
 * {@code DNS}. Values that could be taken for more than one are quoted; quotes, backslashes and what is not printable ASCII never appear as
 * they are (RFC 4514 escapes in the subject, percent escapes elsewhere), so that no name can end its quotes.
 */
final class CertificateDetails {
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;
    private static final int NAMES_MAX = 32;

    private CertificateDetails() {}

    /** All but {@code By}; at most 32 names of each kind. */
    static String of(X509Certificate leaf) {
        StringBuilder text = new StringBuilder("Hash=").append(hash(leaf)).append(";Subject=\"");
        appendSubject(text, leaf.getSubjectX500Principal().getName(X500Principal.RFC2253));
        text.append('"');
        appendNames(text, leaf, URI_NAME, ";URI=");
        appendNames(text, leaf, DNS_NAME, ";DNS=");
        return text.toString();
    }

    private static String hash(X509Certificate leaf) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that came over the wire has an encoding", e);
        }
    }

    private static void appendSubject(StringBuilder text, String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\' && i + 1 < name.length() && (name.charAt(i + 1) == '"' || name.charAt(i + 1) == '\\')) {
                i++;
                text.append(name.charAt(i) == '"' ? "\\22" : "\\5C");
            } else if (c == '"') {
                text.append("\\22");
            } else if (c >= ' ' && c < 0x7F) {
                text.append(c);
            } else {
                int end = Character.isHighSurrogate(c) && i + 1 < name.length() ? i + 2 : i + 1;
                appendEscaped(text, '\\', name.substring(i, end));
                i = end - 1;
            }
        }
    }

    private static void appendNames(StringBuilder text, X509Certificate leaf, int kind, String key) {
        int count = 0;
        for (List<?> name : names(leaf)) {
            if (name.getFirst().equals(kind) && count < NAMES_MAX) {
                count++;
                text.append(key);
                appendValue(text, String.valueOf(name.get(1)));
            }
        }
    }

    private static Collection<List<?>> names(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static void appendValue(StringBuilder text, String value) {
        boolean quoted = value.indexOf(',') >= 0 || value.indexOf(';') >= 0 || value.indexOf('=') >= 0;
        if (quoted) {
            text.append('"');
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > ' ' && c < 0x7F && c != '"' && c != '\\') {
                text.append(c);
            } else {
                appendEscaped(text, '%', String.valueOf(c));
            }
        }
        if (quoted) {
            text.append('"');
        }
    }

    private static void appendEscaped(StringBuilder text, char escape, String what) {
        HexFormat hex = HexFormat.of().withUpperCase();
        for (byte b : what.getBytes(StandardCharsets.UTF_8)) {
            text.append(escape).append(hex.toHexDigits(b));
        }
    }
}
