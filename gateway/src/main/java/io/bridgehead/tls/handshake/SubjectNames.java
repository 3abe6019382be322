package io.bridgehead.tls.handshake;

import io.bridgehead.model.EndpointTls.SubjectName;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The subject alternative names that an endpoint's certificate must have one of (RFC 5280, section 4.2.1.6). */
final class SubjectNames {
    private static final int DNS_NAME = 2;
    private static final int URI = 6;
    private static final int TOLD_MAX = 10;

    private SubjectNames() {}

    /** @throws CertificateException saying what it has instead */
    static void requireOne(List<SubjectName> wanted, X509Certificate leaf) throws CertificateException {
        List<String> found = new ArrayList<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            String text = String.valueOf(name.get(1));
            for (SubjectName each : wanted) {
                if (fits(each, name.getFirst(), text)) {
                    return;
                }
            }
            if (found.size() < TOLD_MAX) {
                found.add(text);
            }
        }
        throw new CertificateException("found subject alternative names " + found + "; expected one of " + wanted);
    }

    private static boolean fits(SubjectName wanted, Object type, String found) {
        return switch (wanted) {
            case SubjectName.Hostname(String name) ->
                type.equals(DNS_NAME) && hostFits(name, found.toLowerCase(Locale.ROOT));
            case SubjectName.Uri(String uri) -> type.equals(URI) && uri.equals(found);
        };
    }

    /** A wildcard on either side stands for one whole label (RFC 9525, section 6.3). */
    private static boolean hostFits(String wanted, String found) {
        return wanted.equals(found) || covers(wanted, found) || covers(found, wanted);
    }

    private static boolean covers(String pattern, String name) {
        int dot = name.indexOf('.');
        return dot > 0
                && pattern.startsWith("*.")
                && !name.startsWith("*")
                && name.substring(dot).equals(pattern.substring(1));
    }
}
