package io.bridgehead.tls.edge;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that a certificate covers by its subject alternative names (RFC 9525): DNS names, a wildcard standing for the whole
 * first label, and IP addresses. The subject's common name says nothing. Immutable.
 */
public final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final Set<String> exact;
    private final Set<String> wildcards;

    private CertificateNames(Set<String> exact, Set<String> wildcards) {
        this.exact = exact;
        this.wildcards = wildcards;
    }

    /** @throws CertificateParsingException if the certificate's names cannot be read */
    static CertificateNames of(X509Certificate leaf) throws CertificateParsingException {
        Set<String> exact = new LinkedHashSet<>();
        Set<String> wildcards = new LinkedHashSet<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            String text = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
            if (name.getFirst().equals(DNS_NAME) && text.startsWith("*.")) {
                wildcards.add(text.substring(1));
            } else if (name.getFirst().equals(DNS_NAME)) {
                exact.add(text);
            } else if (name.getFirst().equals(IP_ADDRESS)) {
                exact.add(address(text));
            }
        }
        return new CertificateNames(exact, wildcards);
    }

    /**
     * Whether requests for a host may come over a connection with this certificate.
     *
     * @param host in lower case, without port and final dot; an IPv6 address in any form, with or without brackets
     */
    public boolean covers(String host) {
        if (exact.contains(host)) {
            return true;
        }
        int dot = host.indexOf('.');
        if (dot > 0 && wildcards.contains(host.substring(dot))) {
            return true;
        }
        return host.indexOf(':') >= 0 && exact.contains(address(host));
    }

    /** Whether it covers nothing. */
    boolean isEmpty() {
        return exact.isEmpty() && wildcards.isEmpty();
    }

    /** Names without a wildcard, and addresses. */
    Set<String> exact() {
        return exact;
    }

    /** What follows the {@code *} of each wildcard, such as {@code .example.org}. */
    Set<String> wildcards() {
        return wildcards;
    }

    /** All, as a certificate writes them. */
    List<String> all() {
        List<String> all = new ArrayList<>(exact);
        wildcards.forEach(suffix -> all.add("*" + suffix));
        return all;
    }

    /** One text for each address, whatever form it came in. */
    private static String address(String text) {
        if (text.indexOf(':') < 0) {
            return text;
        }
        try {
            return InetAddress.ofLiteral(
                            text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text)
                    .getHostAddress();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
