package io.bridgehead.tls.edge;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of a listener that are in memory, as manifests bring them.
 *
 * @param pairs the first one serves clients that name no server, or one that no other covers
 * @param clientAuthorities who signs client certificates; null when clients are not asked for any
 */
public record PemMaterial(List<Pair> pairs, @Nullable Authorities clientAuthorities) {
    public PemMaterial {
        pairs = List.copyOf(pairs);
    }

    /**
     * One certificate with its key.
     *
     * @param shown where it stands, for messages
     * @param certificate PEM: the leaf, then each issuer
     * @param key PEM: the leaf's private key
     */
    public record Pair(String shown, String certificate, String key) {
        /**
         * Checks what {@link EdgeTls#of} would.
         *
         * @throws MaterialException for the first thing that is wrong
         */
        public void check(Clock clock) throws MaterialException {
            EdgeCertificate _ = judge(clock);
        }

        private EdgeCertificate judge(Clock clock) throws MaterialException {
            return new PairJudge(clock)
                    .judge(PemFile.of(shown, certificate), PemFile.of(shown + " (private key)", key), null);
        }

        @Override
        public String toString() {
            return shown + ", key ***";
        }
    }

    /** Certificates of authorities in PEM, and where they stand. */
    public record Authorities(String shown, String pem) {
        /** @throws MaterialException if there is none, or one is broken */
        public void check() throws MaterialException {
            List<?> _ = certificates();
        }

        /** A leaf among them is trusted itself, and vouches for nobody. */
        private List<X509Certificate> certificates() throws MaterialException {
            return PemFile.of(shown, pem).certificates();
        }
    }

    EdgeMaterial judge(Clock clock) throws MaterialException {
        List<EdgeCertificate> certificates = new ArrayList<>();
        for (Pair pair : pairs) {
            certificates.add(pair.judge(clock));
        }
        Authorities given = clientAuthorities;
        return new EdgeMaterial(List.copyOf(certificates), given == null ? null : given.certificates(), List.of());
    }
}
