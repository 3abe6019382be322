package io.bridgehead.tls.handshake;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.PeerKeys;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TLS for tunnel connections, and for operators' connections to the admin port, in Netty pipelines: TLS 1.3 only, both sides with certificates, no resumption, hybrid key
 * exchange where the library has it, application protocol required.
 *
 * <p>Threads: any. Contexts are rebuilt on the thread that swaps {@link LiveTls}; connections that exist are not touched:
 * their owner asks {@link #recheck} when told of a swap.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class TunnelTls implements AutoCloseable {
    private static final List<String> HYBRID = List.of("X25519MLKEM768");
    private static final List<String> CLASSIC = List.of("x25519", "secp256r1");

    private static final Duration GOES_ON_MAX = Duration.ofDays(1);
    private static final Duration FRESH_MIN = Duration.ofSeconds(1);

    private static final List<String> ALL = List.of("X25519MLKEM768", "x25519", "secp256r1");

    /** Names the system property that narrows the key exchanges of tunnels; for measurements, see {@code docs/performance.md}. */
    public static final String UNSAFE_GROUPS_PROPERTY = "bridgehead.unsafeTunnelGroups";

    private final LiveTls live;
    private final ExpectedPeer everyPeer;
    private final Settings settings;
    private final Executor handshakeTasks;
    private final SslProvider provider;
    private volatile TunnelContexts contexts;
    private final Runnable unsubscribe;

    /**
     * @param everyPeer asked of every peer during the handshake and at every {@link #recheck}: quarantine belongs here;
     *     that the peer is a gateway of the own trust domain is always asked
     * @param handshakeTasks runs certificate checks and signatures of handshakes (about 2 ms each); a pool, or
     *     {@code Runnable::run} for the event loop itself
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public TunnelTls(LiveTls live, ExpectedPeer everyPeer, Settings settings, Executor handshakeTasks) {
        this(live, ExpectedPeer::gatewayIn, everyPeer, settings, handshakeTasks);
    }

    /**
     * The same for a port whose peers are operators of the own trust domain, and nobody else.
     *
     * @param everyPeer asked of every operator besides
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public static TunnelTls ofOperators(
            LiveTls live, ExpectedPeer everyPeer, Settings settings, Executor handshakeTasks) {
        return new TunnelTls(live, ExpectedPeer::operatorIn, everyPeer, settings, handshakeTasks);
    }

    private TunnelTls(
            LiveTls live,
            Function<TrustDomain, ExpectedPeer> kind,
            ExpectedPeer everyPeer,
            Settings settings,
            Executor handshakeTasks) {
        this.live = live;
        this.everyPeer = peer -> kind.apply(live.current().validator().trustDomain())
                .and(everyPeer)
                .problem(peer);
        this.settings = settings;
        this.handshakeTasks = handshakeTasks;
        this.provider = provider(settings);
        this.contexts = contexts(live.current());
        this.unsubscribe = live.subscribe(this::rebuild);
    }

    /** Loads BoringSSL, if it is there, which takes longer than to use it: for a thread with nothing better to do while a node starts. */
    public static void loadLibrary() {
        boolean _ = OpenSsl.isAvailable();
    }

    /** Which TLS library to use. */
    public enum Library {
        /** BoringSSL if its native library can be loaded, else the JDK's. */
        BEST,
        /** BoringSSL or refuse to start. */
        BORINGSSL,
        /** The JDK's engine. */
        JDK
    }

    /**
     * How tunnels are secured.
     *
     * @param requireHybrid refuse peers, and libraries, without X25519MLKEM768
     * @param handshakeTimeoutMillis from the first byte to the end of the handshake; above 0
     * @param unsafeGroups the only key exchanges to offer, the preferred first, of those that tunnels know; empty for the standard ones
     */
    public record Settings(
            Library library, boolean requireHybrid, long handshakeTimeoutMillis, List<String> unsafeGroups) {
        /** The defaults: the best library, hybrid preferred, 5 seconds. */
        public static final Settings STANDARD = new Settings(Library.BEST, false, 5_000);

        /** The standard key exchanges. */
        public Settings(Library library, boolean requireHybrid, long handshakeTimeoutMillis) {
            this(library, requireHybrid, handshakeTimeoutMillis, List.of());
        }

        /** @throws IllegalArgumentException if the timeout is not above 0, or a key exchange is not known */
        public Settings {
            if (handshakeTimeoutMillis <= 0) {
                throw new IllegalArgumentException(
                        "handshakeTimeoutMillis " + handshakeTimeoutMillis + ": expected a number above 0");
            }
            unsafeGroups = List.copyOf(unsafeGroups);
            for (String group : unsafeGroups) {
                if (!ALL.contains(group)) {
                    throw new IllegalArgumentException(
                            UNSAFE_GROUPS_PROPERTY + " '" + group + "': expected some of " + String.join(", ", ALL));
                }
            }
        }

        /**
         * The defaults, but with these key exchanges only. For comparisons with peers that have no hybrid key exchange.
         *
         * @param groups the value of {@link #UNSAFE_GROUPS_PROPERTY}: names, separated by commas; null for the standard ones
         * @throws IllegalArgumentException if a name is not known
         */
        public static Settings standard(@Nullable String groups) {
            return groups == null
                    ? STANDARD
                    : new Settings(
                            STANDARD.library,
                            STANDARD.requireHybrid,
                            STANDARD.handshakeTimeoutMillis,
                            List.of(groups.split(",", -1)));
        }
    }

    /**
     * What {@code status} shows.
     *
     * @param library name and version
     * @param keyExchanges offered, the preferred first
     * @param generation of the key material that new handshakes use
     */
    public record Status(String library, List<String> keyExchanges, boolean hybrid, long generation) {}

    /**
     * Puts TLS at the end of the pipeline of an accepted connection.
     *
     * @param applicationProtocols that this side serves, the preferred first
     * @param expected who may connect here
     * @return the TLS handler; the judgement arrives as {@code SslHandshakeCompletionEvent} in the handlers behind it
     */
    public SslHandler accept(Channel channel, List<String> applicationProtocols, ExpectedPeer expected) {
        return install(channel, true, applicationProtocols, expected);
    }

    /**
     * As {@link #accept}, but one who offers a protocol for strangers is let in without a certificate: the handshake's end is then told to the
     * handlers behind as of any TLS, and {@link #peer} stays null.
     *
     * @param strangers the protocol that needs no certificate
     * @param onStranger run when somebody offers it, before the handshake goes on
     */
    public void acceptAlso(
            Channel channel,
            String strangers,
            List<String> applicationProtocols,
            ExpectedPeer expected,
            Runnable onStranger) {
        channel.pipeline()
                .addLast("stranger-gate", new StrangerGate(strangers, settings.handshakeTimeoutMillis(), chosen -> {
                    if (chosen) {
                        onStranger.run();
                    }
                    TunnelContexts.Key key = chosen
                            ? new TunnelContexts.Key(true, true, List.of(strangers))
                            : new TunnelContexts.Key(true, applicationProtocols);
                    String gate = "stranger-gate";
                    if (!chosen) {
                        channel.pipeline()
                                .addAfter(
                                        gate,
                                        "peer-gate",
                                        new PeerGate(live, everyPeer.and(expected), applicationProtocols));
                    }
                    channel.pipeline().replace(gate, "tls", handler(channel, key));
                }));
    }

    /** As {@link #accept}, for a connection that this side opened; {@code expected} is whom it meant to reach. */
    public SslHandler dial(Channel channel, List<String> applicationProtocols, ExpectedPeer expected) {
        return install(channel, false, applicationProtocols, expected);
    }

    /** The peer of a connection whose handshake has succeeded, else null. */
    public static @Nullable TlsPeer peer(Channel channel) {
        return channel.attr(PeerGate.PEER).get();
    }

    /**
     * Judges the peer of a live connection by the trust in force now. A certificate that was good when the connection was made and has ended since
     * is judged as of its end, for as long as it was valid, a day at most: its holder has another one by then, and what runs may go on.
     *
     * @param chain as in {@link TlsPeer#chain}
     * @throws CertificateException with the reason to close the connection
     */
    public SpiffeId recheck(List<X509Certificate> chain) throws CertificateException {
        X509Certificate leaf = chain.getFirst();
        Instant end = leaf.getNotAfter().toInstant();
        Duration life = Duration.between(leaf.getNotBefore().toInstant(), end);
        Instant goesOn = end.plus(life.compareTo(GOES_ON_MAX) < 0 ? life : GOES_ON_MAX);
        return PeerTrust.recheck(chain, live.current().validator(), goesOn, everyPeer);
    }

    /**
     * Judges the peer of a live connection by the trust in force now, as a handshake does: a certificate that has ended is not good any more.
     *
     * @param chain as in {@link TlsPeer#chain}
     * @throws CertificateException with the reason to close the connection
     */
    public SpiffeId judge(List<X509Certificate> chain) throws CertificateException {
        return PeerTrust.check(chain, live.current().validator(), everyPeer);
    }

    /** Whether what a peer has shown proves its keys still, as {@link #recheck} has it. */
    public PeerKeys.Trust proofs() {
        return new PeerKeys.Trust() {
            @Override
            public long number() {
                return live.current().number();
            }

            @Override
            public boolean holds(List<X509Certificate> chain) {
                try {
                    SpiffeId _ = recheck(chain);
                    return true;
                } catch (CertificateException e) {
                    return false;
                }
            }
        };
    }

    /** The time by the clock that judges. */
    public Instant now() {
        return live.current().validator().now();
    }

    /**
     * How long a connection that was made now should be used before another takes its place: a good part of the time until the first of both
     * ends' certificates ends, so that nothing runs on one that has.
     *
     * @param peer the other end's certificates
     */
    public Duration freshFor(List<X509Certificate> peer) {
        LiveTls.Generation now = live.current();
        Instant own = now.material().notAfter();
        Instant other = peer.getFirst().getNotAfter().toInstant();
        Duration rest = Duration.between(now.validator().now(), own.isBefore(other) ? own : other);
        Duration fresh = rest.multipliedBy(3).dividedBy(4);
        return fresh.compareTo(FRESH_MIN) < 0 ? FRESH_MIN : fresh;
    }

    /** The material that this node goes by now, which older connections were not made with. */
    public LiveTls.Generation current() {
        return live.current();
    }

    /** What is in use. */
    public Status status() {
        boolean jdk = provider == SslProvider.JDK;
        String library = jdk ? "JDK " + Runtime.version() : OpenSsl.versionString();
        return new Status(library, groups(), groups().containsAll(HYBRID), contexts.generation());
    }

    /** Ends the subscription and gives up the contexts; live connections go on. */
    @Override
    public void close() {
        unsubscribe.run();
        contexts.release();
    }

    /**
     * Makes what connections with these application protocols need, so that the first one does not make an event loop wait for it:
     * reading keys can take long. Not to be called on a loop.
     */
    public void prepare(List<String> applicationProtocols) {
        TunnelContexts held = acquire();
        try {
            held.context(new TunnelContexts.Key(true, applicationProtocols));
            held.context(new TunnelContexts.Key(false, applicationProtocols));
        } finally {
            held.release();
        }
    }

    private SslHandler install(
            Channel channel, boolean server, List<String> applicationProtocols, ExpectedPeer expected) {
        TunnelContexts.Key key = new TunnelContexts.Key(server, applicationProtocols);
        SslHandler handler = handler(channel, key);
        PeerGate gate = new PeerGate(live, everyPeer.and(expected), key.applicationProtocols());
        channel.pipeline().addLast("tls", handler).addLast("peer-gate", gate);
        return handler;
    }

    private SslHandler handler(Channel channel, TunnelContexts.Key key) {
        TunnelContexts held = acquire();
        try {
            SslHandler handler = held.newHandler(key, channel.alloc(), handshakeTasks);
            handler.setHandshakeTimeout(settings.handshakeTimeoutMillis(), TimeUnit.MILLISECONDS);
            return handler;
        } finally {
            held.release();
        }
    }

    /** Another thread may give up the contexts between the look and the hold; then newer ones stand in their place. */
    private TunnelContexts acquire() {
        TunnelContexts held = contexts;
        while (!held.acquire()) {
            TunnelContexts next = contexts;
            if (next == held) {
                throw new IllegalStateException("tunnel TLS is closed; expected no new connection after close()");
            }
            held = next;
        }
        return held;
    }

    private void rebuild(LiveTls.Generation generation) {
        TunnelContexts next = contexts(generation);
        contexts.keys().forEach(next::context);
        TunnelContexts previous = contexts;
        contexts = next;
        previous.release();
    }

    private TunnelContexts contexts(LiveTls.Generation generation) {
        return new TunnelContexts(generation, provider, groups(), everyPeer);
    }

    private List<String> groups() {
        if (!settings.unsafeGroups().isEmpty()) {
            return settings.unsafeGroups();
        }
        if (provider == SslProvider.JDK) {
            return CLASSIC;
        }
        return settings.requireHybrid() ? HYBRID : ALL;
    }

    private static SslProvider provider(Settings settings) {
        boolean boring = settings.library() != Library.JDK && OpenSsl.isAvailable();
        if (!boring && settings.library() == Library.BORINGSSL) {
            throw new IllegalArgumentException(
                    "TLS library BoringSSL: not available (" + OpenSsl.unavailabilityCause()
                            + "); expected its native library for this system, or the setting 'JDK'",
                    OpenSsl.unavailabilityCause());
        }
        if (!boring && settings.requireHybrid()) {
            throw new IllegalArgumentException("requireHybrid: the JDK's TLS has no X25519MLKEM768;"
                    + " expected BoringSSL, or leave requireHybrid off");
        }
        return boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
