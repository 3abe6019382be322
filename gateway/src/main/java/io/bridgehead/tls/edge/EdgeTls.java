package io.bridgehead.tls.edge;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.Revocations;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one listener: TLS 1.2 and 1.3 with AEAD suites, hybrid key exchange first where the library has it, ALPN, certificates by
 * server name, client certificates as asked for.
 *
 * <p>Threads: {@link #accept} and {@link #recheck} any; {@link #load}, {@link #poll} and {@link #reload} one at a time, on a thread that
 * may wait for the file system. Live connections keep what they began with; their owner asks {@link #recheck} when trust has changed.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class EdgeTls implements AutoCloseable {
    /** HTTP/2 as ALPN calls it. */
    public static final String HTTP2 = "h2";
    /** HTTP/1.1 as ALPN calls it. */
    public static final String HTTP11 = "http/1.1";

    private static final List<String> HYBRID = List.of("X25519MLKEM768");
    private static final List<String> CLASSIC = List.of("x25519", "secp256r1");
    private static final List<String> ALL = List.of("X25519MLKEM768", "x25519", "secp256r1");

    private final EdgeTlsSettings settings;
    private final Surroundings surroundings;
    private final @Nullable EdgeFiles files;
    private final EdgeContexts.Terms terms;
    private final Runnable unsubscribe;
    private volatile EdgeContexts contexts;
    private @Nullable PemMaterial given;
    private boolean identity;

    private EdgeTls(
            Surroundings surroundings, EdgeContexts.Terms terms, @Nullable EdgeFiles files, EdgeMaterial material)
            throws MaterialException {
        this.settings = terms.settings();
        this.surroundings = surroundings;
        this.terms = terms;
        this.files = files;
        this.contexts = contexts(material);
        this.unsubscribe = surroundings.live().subscribe(_ -> retrust());
    }

    /**
     * What the TLS of all listeners has in common.
     *
     * @param live the node's identity and trust bundle; told of swaps
     * @param handshakeTasks judges client certificates (about a millisecond each)
     * @param observer is told of replaced and of broken files
     */
    public record Surroundings(
            LiveTls live, Library library, Executor handshakeTasks, Clock clock, TlsObserver observer) {}

    /** How the handshake of one connection ended; told once, on its loop. */
    public interface Events {
        /** TLS stands; handlers put at the end of the pipeline now see every byte. */
        void onSecured(SecuredClient client);

        /** TLS will never stand; the channel is being closed. */
        void onInsecure(HandshakeFault fault, String detail);
    }

    /**
     * What {@code status} shows.
     *
     * @param library name and version
     * @param keyExchanges offered, the preferred first
     * @param notBefore when the certificate that ends first began
     * @param notAfter when it ends
     */
    public record Status(
            String library,
            List<String> keyExchanges,
            boolean hybrid,
            List<String> certificates,
            Instant notBefore,
            Instant notAfter) {}

    /**
     * Reads the files and makes everything ready.
     *
     * @param http2 whether HTTP/2 is offered beside HTTP/1.1
     * @throws MaterialException for the first file that cannot be used
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public static EdgeTls load(EdgeTlsSettings settings, boolean http2, Surroundings surroundings)
            throws MaterialException {
        if (settings.pairs().isEmpty()) {
            throw new IllegalArgumentException(
                    "listener '" + settings.listener() + "': no certificate: expected at least one");
        }
        EdgeFiles files = new EdgeFiles(settings, surroundings.clock(), surroundings.observer());
        return new EdgeTls(
                surroundings,
                terms(settings, http2 ? List.of(HTTP2, HTTP11) : List.of(HTTP11), surroundings),
                files,
                files.load());
    }

    /**
     * TLS with certificates from memory, which {@link #replace} changes. Clients' certificates are good by the given authorities alone.
     *
     * @param protocols what is served, as ALPN calls it, the preferred first; empty where ALPN says nothing
     * @throws MaterialException for the first thing that cannot be used
     * @throws IllegalArgumentException without a certificate
     */
    public static EdgeTls of(
            EdgeTlsSettings settings, List<String> protocols, PemMaterial material, Surroundings surroundings)
            throws MaterialException {
        if (material.pairs().isEmpty()) {
            throw new IllegalArgumentException(
                    "listener '" + settings.listener() + "': no certificate: expected at least one");
        }
        EdgeTls made = new EdgeTls(
                surroundings,
                terms(settings, List.copyOf(protocols), surroundings),
                null,
                material.judge(surroundings.clock()));
        made.given = material;
        return made;
    }

    /**
     * TLS with the node's own identity as it is now and as it will be; clients are not asked for certificates.
     *
     * @throws MaterialException if the TLS library cannot use it
     */
    public static EdgeTls ofIdentity(EdgeTlsSettings settings, Surroundings surroundings) throws MaterialException {
        EdgeTls made = new EdgeTls(
                surroundings,
                terms(settings, List.of(HTTP2, HTTP11), surroundings),
                null,
                identity(surroundings.live().current()));
        made.identity = true;
        return made;
    }

    private static EdgeMaterial identity(LiveTls.Generation now) throws MaterialException {
        Path shown = Path.of(now.material().id().path());
        try {
            return new EdgeMaterial(
                    List.of(new EdgeCertificate(
                            shown,
                            now.material().chain(),
                            now.material().key(),
                            CertificateNames.of(now.material().leaf()),
                            null)),
                    null,
                    List.of());
        } catch (CertificateParsingException e) {
            throw new MaterialException.Malformed(
                    shown, "names that cannot be read", "an X.509-SVID", "have it issued again", e);
        }
    }

    private static EdgeContexts.Terms terms(
            EdgeTlsSettings settings, List<String> protocols, Surroundings surroundings) {
        SslProvider provider = provider(settings, surroundings.library());
        List<String> groups = provider == SslProvider.JDK ? CLASSIC : settings.requireHybrid() ? HYBRID : ALL;
        return new EdgeContexts.Terms(settings, provider, groups, protocols, surroundings.handshakeTasks());
    }

    /**
     * Checks what {@link #load} would, and keeps nothing.
     *
     * @throws MaterialException for the first file that cannot be used
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public static void check(EdgeTlsSettings settings, Clock clock) throws MaterialException {
        SslProvider _ = provider(settings, Library.BEST);
        EdgeMaterial _ = new EdgeFiles(settings, clock, TlsObserver.silent()).load();
    }

    /** Whether it is what this configuration asks for. */
    public boolean isAs(EdgeTlsSettings other, boolean http2) {
        return settings.equals(other) && terms.applicationProtocols().contains(HTTP2) == http2;
    }

    EdgeTlsSettings settings() {
        return settings;
    }

    /** What is served, as ALPN calls it, the preferred first. */
    List<String> applicationProtocols() {
        return terms.applicationProtocols();
    }

    /** Tells a client that speaks HTTP without TLS to use TLS, in HTTP, and closes its connection. */
    public static void advise(Channel channel) {
        channel.writeAndFlush(SniGate.advice()).addListener(ChannelFutureListener.CLOSE);
    }

    /** Puts TLS at the end of the pipeline of an accepted connection. */
    public void accept(Channel channel, Events events) {
        EdgeGate gate = new EdgeGate(this, events);
        channel.pipeline().addLast("tls", new SniGate(this, gate)).addLast("edge-gate", gate);
    }

    /**
     * Judges a client by the trust in force now.
     *
     * @throws CertificateException with the reason to close its connection
     */
    public ClientProof recheck(List<X509Certificate> chain) throws CertificateException {
        return contexts.clientTrust().judge(chain);
    }

    /** Looks whether the files have changed and takes what is new and right. Returns whether it did. */
    public synchronized boolean poll() {
        return files != null && files.poll(this::take);
    }

    /** As {@link #poll}, but what is wrong is thrown at once; the old stays. */
    public synchronized boolean reload() throws MaterialException {
        return files != null && files.reload(this::take);
    }

    /**
     * Takes other certificates from memory into use, for handshakes from now on; live connections keep what they began with.
     *
     * @return whether they are others
     * @throws MaterialException for the first thing that cannot be used; the old stays
     */
    public synchronized boolean replace(PemMaterial next) throws MaterialException {
        if (next.equals(given)) {
            return false;
        }
        take(next.judge(surroundings.clock()));
        given = next;
        surroundings
                .observer()
                .edgeReloaded(
                        settings.listener(), contexts.material().certificates().toString());
        return true;
    }

    /** Whether certificates from memory serve such settings. */
    public boolean isOf(EdgeTlsSettings other, List<String> protocols) {
        return files == null
                && settings.equals(other)
                && terms.applicationProtocols().equals(protocols);
    }

    /** What is in use. */
    public Status status() {
        boolean jdk = terms.provider() == SslProvider.JDK;
        List<EdgeCertificate> certificates = contexts.material().certificates();
        Optional<EdgeCertificate> first = certificates.stream().min(Comparator.comparing(EdgeCertificate::notAfter));
        return new Status(
                jdk ? "JDK " + Runtime.version() : OpenSsl.versionString(),
                terms.groups(),
                terms.groups().containsAll(HYBRID),
                certificates.stream()
                        .flatMap(certificate -> certificate.names().all().stream())
                        .toList(),
                first.map(EdgeCertificate::notBefore).orElse(Instant.MIN),
                first.map(EdgeCertificate::notAfter).orElse(Instant.MAX));
    }

    /** Ends the subscription and gives up the contexts; live connections go on. */
    @Override
    public synchronized void close() {
        unsubscribe.run();
        contexts.release();
    }

    /** The contexts in force, held: another thread may give them up between the look and the hold; then newer ones stand there. */
    EdgeContexts acquire() {
        EdgeContexts held = contexts;
        while (!held.acquire()) {
            EdgeContexts next = contexts;
            if (next == held) {
                throw new IllegalStateException("TLS of listener '" + settings.listener()
                        + "' is closed; expected no new connection after close()");
            }
            held = next;
        }
        return held;
    }

    long nowMillis() {
        return surroundings.clock().millis();
    }

    private EdgeContexts contexts(EdgeMaterial material) throws MaterialException {
        ClientTrust trust = new ClientTrust(surroundings.live(), surroundings.clock(), material, files == null);
        return new EdgeContexts(terms, material, trust);
    }

    private void take(EdgeMaterial material) throws MaterialException {
        Revocations.Succession lists =
                Revocations.succeed(contexts.material().clientRevocations(), material.clientRevocations());
        Path crl = settings.clientCrl();
        if (crl != null && !lists.remarks().isEmpty()) {
            surroundings.observer().refused(new MaterialException.Superseded(crl, String.join(", ", lists.remarks())));
        }
        EdgeContexts next =
                contexts(new EdgeMaterial(material.certificates(), material.clientAuthorities(), lists.lists()));
        EdgeContexts previous = contexts;
        contexts = next;
        previous.release();
    }

    /** The authorities that clients are told of are part of a context. */
    private synchronized void retrust() {
        if (identity || settings.asksClients()) {
            try {
                take(identity ? identity(surroundings.live().current()) : contexts.material());
            } catch (MaterialException e) {
                surroundings.observer().refused(e);
            }
        }
    }

    private static SslProvider provider(EdgeTlsSettings settings, Library library) {
        boolean boring = library != Library.JDK && OpenSsl.isAvailable();
        String name = "listener '" + settings.listener() + "'";
        if (!boring && library == Library.BORINGSSL) {
            throw new IllegalArgumentException(name + ": BoringSSL is not available (" + OpenSsl.unavailabilityCause()
                    + "); expected its native library for this system");
        }
        if (!boring && settings.requireHybrid()) {
            throw new IllegalArgumentException(name + ": tls.requireHybrid: the JDK's TLS has no X25519MLKEM768;"
                    + " expected BoringSSL, or leave requireHybrid off");
        }
        boolean staples = settings.pairs().stream().anyMatch(pair -> pair.ocspStaple() != null);
        if (staples && !(boring && OpenSsl.isOcspSupported())) {
            throw new IllegalArgumentException(name + ": tls.certificates: ocspStaple: the JDK's TLS cannot send one"
                    + " from a file; expected BoringSSL, or leave ocspStaple out");
        }
        return boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
