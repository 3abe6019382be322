package io.bridgehead.listen;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A trust domain in a folder: certificates for listeners, clients with and without identity, and what a listener's TLS tells. */
public final class EdgeKeys implements AutoCloseable {
    static final TrustDomain DOMAIN = Gateway.DOMAIN;

    final Path folder;
    public final LiveTls live;
    final BlockingQueue<MaterialException> refused = new LinkedBlockingQueue<>();
    private final Authority authority;
    private final ExecutorService tasks = Executors.newSingleThreadExecutor();
    private final List<EdgeTls> made = new ArrayList<>();

    public EdgeKeys(Path folder) throws Exception {
        this.folder = folder;
        this.authority =
                Authority.create(folder, DOMAIN, Authority.Existing.REPLACE, Clock.systemUTC(), new SecureRandom());
        this.live = new LiveTls(load(issue("node", "/site/" + Gateway.SITE + "/gateway/a")), Clock.systemUTC());
    }

    public MaterialFiles.Paths issue(String name, String path, String... hosts) throws Exception {
        IssueRequest request = IssueRequest.of(new SpiffeId(DOMAIN, path)).withDnsNames(List.of(hosts));
        return authority.issue(request, folder, name, Authority.Existing.REPLACE);
    }

    KeyMaterial load(MaterialFiles.Paths paths) throws MaterialException {
        return new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load();
    }

    /** The settings of a listener with these certificates, which are issued under the names of their first hosts. */
    @SafeVarargs
    final EdgeTlsSettings settings(ClientCertificates clients, List<String>... hosts) throws Exception {
        List<EdgeTlsSettings.Pair> pairs = new ArrayList<>();
        for (List<String> names : hosts) {
            String file = names.getFirst().replace("*", "any");
            MaterialFiles.Paths paths = issue(file, "/web/" + file, names.toArray(String[]::new));
            pairs.add(new EdgeTlsSettings.Pair(paths.certificate(), paths.key(), null));
        }
        return new EdgeTlsSettings("https", pairs, true, clients, null, null, false, 5_000);
    }

    public EdgeTls.Surroundings surroundings(Library library) {
        return new EdgeTls.Surroundings(live, library, tasks, Clock.systemUTC(), new Told());
    }

    EdgeTls tls(EdgeTlsSettings settings, Library library) throws MaterialException {
        EdgeTls tls = EdgeTls.load(settings, true, surroundings(library));
        made.add(tls);
        return tls;
    }

    private final class Told implements TlsObserver {
        @Override
        public void reloaded(LiveTls.Generation generation) {}

        @Override
        public void refused(MaterialException problem) {
            refused.add(problem);
        }

        @Override
        public void warned(MaterialException.Exposed warning) {}
    }

    /** A client that trusts this authority, with an identity or without. */
    public SSLContext client(MaterialFiles.@Nullable Paths identity) throws Exception {
        return clientWith(identity == null ? null : load(identity));
    }

    SSLContext clientWith(@Nullable KeyMaterial material) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (material != null) {
            PrivateKey key = material.key();
            own.setKeyEntry("me", key, new char[0], material.chain().toArray(X509Certificate[]::new));
        }
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static byte[] bytes(Path file) throws Exception {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return in.readAllBytes();
        }
    }

    @Override
    public void close() {
        made.forEach(EdgeTls::close);
        tasks.shutdown();
    }
}
