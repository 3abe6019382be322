package io.bridgehead.tls.edge;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jspecify.annotations.Nullable;

/** What OpenSSL calls suites, keys and signatures, and the common name in a certificate. */
final class TlsNames {
    private static final String EPHEMERAL = "TLS_ECDHE_";
    private static final String WITH = "_WITH_";
    private static final String CHACHA = "CHACHA20_POLY1305";

    private TlsNames() {}

    /** A suite of TLS 1.2 from the name in its RFC; those of TLS 1.3 have one name only. */
    static String cipher(String suite) {
        int with = suite.indexOf(WITH);
        if (!suite.startsWith(EPHEMERAL) || with < 0) {
            return suite;
        }
        String authentication = suite.substring(EPHEMERAL.length(), with);
        String rest = suite.substring(with + WITH.length());
        String encryption = rest.startsWith(CHACHA) ? CHACHA : rest.replace("AES_", "AES");
        return "ECDHE-" + authentication + "-" + encryption.replace('_', '-');
    }

    /** Kind and bits of a certificate's key; null for kinds whose name says it all. */
    static @Nullable String key(X509Certificate certificate) {
        PublicKey key = certificate.getPublicKey();
        return switch (key) {
            case RSAPublicKey rsa -> "RSA" + rsa.getModulus().bitLength();
            case ECPublicKey ec -> "EC" + ec.getParams().getOrder().bitLength();
            default -> null;
        };
    }

    /** What a certificate is signed with; null when the JDK has no plain name for it. */
    static @Nullable String signature(X509Certificate certificate) {
        String name = certificate.getSigAlgName();
        int with = name.toLowerCase(Locale.ROOT).indexOf("with");
        if (with < 0) {
            return name.matches("[A-Za-z0-9-]{1,32}") ? name : null;
        }
        String digest = name.substring(0, with).replace("-", "");
        return switch (name.substring(with + "with".length())) {
            case "RSA" -> "RSA-" + digest;
            case "ECDSA" -> "ecdsa-with-" + digest;
            default -> null;
        };
    }

    /** The first common name of the certificate's subject; null without one that can be read. */
    static @Nullable String commonName(X509Certificate certificate) {
        try {
            X500Name subject =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            for (RDN part : subject.getRDNs(BCStyle.CN)) {
                for (AttributeTypeAndValue each : part.getTypesAndValues()) {
                    if (each.getType().equals(BCStyle.CN) && each.getValue() instanceof ASN1String name) {
                        return name.getString();
                    }
                }
            }
            return null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
