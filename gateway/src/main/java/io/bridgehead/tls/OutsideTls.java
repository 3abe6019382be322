package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's TLS to a server that is no part of the fabric: who may vouch for it, and what this node shows it, from PEM files. Files that have
 * changed are read again when a connection is made; what cannot be used is told, and the old stays. A connection has its certificate, key and
 * trust from one reading, and resumes no session of another.
 *
 * <p><b>Threads</b>: any that may wait for a file; never an event loop.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OutsideTls {
    private static final String ALIAS = "node";
    private static final String PROTOCOL = "TLS";

    private final Sources sources;
    private final Consumer<MaterialException> refused;
    private final Trust trust = new Trust();
    private volatile Content content;
    private volatile List<FileTime> tried;

    /**
     * PEM files.
     *
     * @param authorities null for those of the platform
     * @param certificate the leaf first; null to show nothing
     * @param key of the certificate; null without one
     */
    public record Sources(
            @Nullable Path authorities,
            @Nullable Path certificate,
            @Nullable Path key) {}

    /** One reading. */
    private record Content(X509ExtendedTrustManager trust, SSLContext context) {}

    private OutsideTls(Sources sources, Consumer<MaterialException> refused) throws MaterialException {
        this.sources = sources;
        this.refused = refused;
        this.tried = times();
        this.content = read(sources);
    }

    /**
     * Reads the files.
     *
     * @param refused is told of files that changed and cannot be used, once for each change
     * @throws MaterialException if one cannot be used now
     */
    public static OutsideTls of(Sources sources, Consumer<MaterialException> refused) throws MaterialException {
        return new OutsideTls(sources, refused);
    }

    /** A context whose connections use what the files hold when they are made. */
    public SSLContext context() {
        return new GenerationsContext(() -> current().context);
    }

    /** The trust of {@link #context}. */
    public X509ExtendedTrustManager trust() {
        return trust;
    }

    private Content current() {
        List<FileTime> now = times();
        if (!now.equals(tried)) {
            tried = now;
            try {
                content = read(sources);
            } catch (MaterialException e) {
                refused.accept(e);
            }
        }
        return content;
    }

    private List<FileTime> times() {
        return Stream.of(sources.authorities, sources.certificate, sources.key)
                .filter(Objects::nonNull)
                .map(OutsideTls::time)
                .toList();
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static Content read(Sources sources) throws MaterialException {
        Path authorities = sources.authorities;
        Path certificate = sources.certificate;
        Path keyFile = sources.key;
        List<X509Certificate> anchors =
                authorities == null ? null : PemFile.read(authorities).certificates();
        List<X509Certificate> chain =
                certificate == null ? List.of() : PemFile.read(certificate).certificates();
        PrivateKey key = keyFile == null ? null : PemFile.read(keyFile).privateKey();
        if (key != null && keyFile != null && !chain.isEmpty()) {
            requirePair(keyFile, key, chain.getFirst());
        }
        try {
            X509ExtendedTrustManager trust = Anchors.trusting(anchors);
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(new KeyManager[] {new Keys(chain, key)}, new TrustManager[] {trust}, null);
            return new Content(trust, context);
        } catch (GeneralSecurityException | IOException e) {
            throw new MaterialException.Malformed(
                    authorities == null ? Path.of("cacerts") : authorities,
                    "authorities that the Java platform cannot use (" + e.getMessage() + ")",
                    "certificates of authorities",
                    "check what the file holds",
                    e);
        }
    }

    private static void requirePair(Path file, PrivateKey key, X509Certificate leaf) throws MaterialException {
        try {
            KeyMaterial.requirePair(key, leaf.getPublicKey());
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw new MaterialException.Mismatched(
                    file,
                    String.valueOf(e.getMessage()),
                    "the private key of the certificate '" + leaf.getSubjectX500Principal() + "'",
                    "install key and certificate of the same issue");
        }
    }

    /** Judges servers by the authorities of the moment. */
    private final class Trust extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            current().trust.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            current().trust.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException(
                    "asked for the trust in a server without a connection: nobody would check its name");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no clients are expected here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return content.trust.getAcceptedIssuers();
        }
    }

    /** Shows a certificate to servers that ask for one that has a key of its kind. */
    private static final class Keys extends X509ExtendedKeyManager {
        private final List<X509Certificate> chain;
        private final @Nullable PrivateKey key;

        Keys(List<X509Certificate> chain, @Nullable PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        private @Nullable String choose(String... kinds) {
            return key != null && List.of(kinds).contains(key.getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            return choose(kinds);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(String[] kinds, Principal[] issuers, SSLEngine engine) {
            return choose(kinds);
        }

        @Override
        public String @Nullable [] getClientAliases(String kind, Principal[] issuers) {
            return choose(kind) == null ? null : new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.toArray(X509Certificate[]::new);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String @Nullable [] getServerAliases(String kind, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
