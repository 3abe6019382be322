package io.bridgehead.config.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code BackendTLSPolicy}: TLS to the endpoints of services. */
public record BackendTlsPolicy(
        ManifestMetadata metadata,
        List<TargetReference> targetRefs,
        Validation validation,
        Map<String, String> options,
        ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "BackendTLSPolicy";

    public BackendTlsPolicy {
        targetRefs = List.copyOf(targetRefs);
        options = Map.copyOf(options);
    }

    /**
     * What it applies to, in its own namespace.
     *
     * @param sectionName the name of one port; null: all
     */
    public record TargetReference(
            String group,
            String kind,
            String name,
            @Nullable String sectionName) {}

    /**
     * How the endpoint's certificate is checked.
     *
     * @param caCertificateRefs whose certificates are trusted; empty: {@code wellKnownCACertificates} is given
     * @param wellKnownCACertificates {@code System}, or another word, which is for the status to refuse; null when not given
     * @param hostname the server name that is asked for, and that the certificate must name unless there are subjectAltNames
     * @param subjectAltNames of which the certificate must hold one; empty: the host name
     */
    public record Validation(
            List<ObjectReference> caCertificateRefs,
            @Nullable String wellKnownCACertificates,
            String hostname,
            List<SubjectAltName> subjectAltNames) {
        public Validation {
            caCertificateRefs = List.copyOf(caCertificateRefs);
            subjectAltNames = List.copyOf(subjectAltNames);
        }
    }

    /** A name in a certificate. */
    public record SubjectAltName(SubjectAltNameType type, String value) {}

    /** The kinds of names in a certificate. */
    public enum SubjectAltNameType {
        /** A DNS name, also with a leading {@code *.}. */
        HOSTNAME,
        /** A URI with a scheme. */
        URI
    }
}
