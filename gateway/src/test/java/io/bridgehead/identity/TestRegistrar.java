package io.bridgehead.identity;

import io.bridgehead.loop.Loops;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TestClock;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tunnel.TunnelFault;
import io.bridgehead.tunnel.TunnelObserver;
import io.bridgehead.tunnel.TunnelSettings;
import io.bridgehead.tunnel.Tunnels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An authority at work: a registrar and, if asked for, a tunnel port where it answers. What it told its observers is kept. */
@OwnedBy(Owner.CONFINED)
final class TestRegistrar implements AutoCloseable, EnrolmentObserver, TunnelObserver {
    static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    static final SpiffeId SELF = id("west", "west-a");

    private final Path folder;
    private final LiveTls live;
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final Duration lifetime;
    private volatile boolean babbling;
    private final TestClock clock = new TestClock(Instant.now());
    private @Nullable Loops loops;
    private @Nullable Tunnels tunnels;
    private @Nullable TunnelTls tls;
    private HostPort dial = new HostPort("gw.west.example", 15008);

    private TestRegistrar(Path folder, Authority authority, Duration lifetime) throws Exception {
        this.folder = folder;
        this.lifetime = lifetime;
        Path pair = folder.resolveSibling("west-a.pem");
        authority.issuePair(IssueRequest.of(SELF), pair, Authority.Existing.KEEP);
        this.live = new LiveTls(material(pair, authority), Clock.systemUTC());
    }

    static SpiffeId id(String site, String node) {
        return SpiffeId.gateway(DOMAIN, new SiteName(site), new NodeName(node));
    }

    static TestRegistrar in(Path parent) throws Exception {
        Path folder = parent.resolve("authority");
        Authority authority =
                Authority.create(folder, DOMAIN, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
        return new TestRegistrar(folder, authority, Duration.ofHours(24));
    }

    /** The root is elsewhere. */
    static TestRegistrar delegated(Path parent) throws Exception {
        Authority root = Authority.create(
                parent.resolve("root"), DOMAIN, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
        Path folder = parent.resolve("authority");
        Authority below = root.delegate(folder, Duration.ofDays(30), Authority.Existing.KEEP);
        return new TestRegistrar(folder, below, Duration.ofHours(24));
    }

    static KeyMaterial material(Path pair, Authority authority)
            throws MaterialException, GeneralSecurityException, PkiException {
        PemFile file = PemFile.read(pair);
        return KeyMaterial.of(file.certificates(), file.privateKey(), authority.bundle());
    }

    Registrar registrar() {
        return new Registrar(new Registrar.Parts(
                folder,
                lifetime,
                SELF,
                dial,
                () -> List.of(dial),
                live,
                new Registrar.Surroundings(clock, new SecureRandom(), Runnable::run, this)));
    }

    /** Opens the tunnel port; tokens name it from here on. */
    TestRegistrar listen(boolean withAuthority) throws Exception {
        Loops started = Loops.start(1);
        loops = started;
        TunnelTls made = new TunnelTls(
                live,
                ExpectedPeer.anyone(),
                new TunnelTls.Settings(TunnelTls.Library.BEST, false, 20_000),
                Runnable::run);
        tls = made;
        Tunnels built = new Tunnels(
                started,
                TunnelSettings.of(
                        new NodeName("west-a"),
                        new SiteName("west"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        0),
                made,
                live,
                (loop, peer) -> {
                    throw new IllegalStateException("no requests here");
                },
                this,
                new Random(1));
        tunnels = built;
        if (withAuthority) {
            built.serveEnrolment(registrarLater());
        }
        InetSocketAddress bound = built.start().toCompletableFuture().get(20, TimeUnit.SECONDS);
        dial = new HostPort("127.0.0.1", bound.getPort());
        return this;
    }

    /** The port is known only when it is open. */
    private io.bridgehead.tunnel.EnrolmentService registrarLater() {
        return new io.bridgehead.tunnel.EnrolmentService() {
            @Override
            public void onJoin(byte[] request, String address, java.util.function.Consumer<byte[]> answer) {
                if (babbling) {
                    answer.accept(new byte[EnrolmentMessages.ANSWER_BYTES_MAX + 1]);
                } else {
                    registrar().onJoin(request, address, answer);
                }
            }

            @Override
            public void onRenewal(
                    byte[] request, Shown peer, String address, java.util.function.Consumer<byte[]> answer) {
                registrar().onRenewal(request, peer, address, answer);
            }

            @Override
            public byte[] onTurnedAway(boolean join, boolean tooOften, String address) {
                return registrar().onTurnedAway(join, tooOften, address);
            }
        };
    }

    HostPort dial() {
        return dial;
    }

    LiveTls live() {
        return live;
    }

    Path folder() {
        return folder;
    }

    /** Answers to tokens are longer than any from here on. */
    void babble() {
        babbling = true;
    }

    void later(Duration time) {
        clock.advance(time);
    }

    Queue<String> events() {
        return events;
    }

    @Override
    public void identityIssued(Enrolment how, SpiffeId id, Instant notAfter, String address) {
        events.add("issued " + how.text() + " " + id);
    }

    @Override
    public void identityRefused(Enrolment how, EnrolmentRefusal refusal, String detail, String address) {
        events.add("refused " + how.text() + " " + refusal.text());
    }

    @Override
    public void tokenChanged(String what, String token, String author) {
        events.add("token " + what);
    }

    @Override
    public void intruderRefused(String remoteAddress, TunnelFault fault, String detail) {
        events.add("intruder " + fault.text());
    }

    @Override
    public void close() {
        Tunnels open = tunnels;
        if (open != null) {
            await(open.close());
        }
        TunnelTls used = tls;
        if (used != null) {
            used.close();
        }
        Loops running = loops;
        if (running != null) {
            await(running.close().toCompletionStage());
        }
    }

    private static void await(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
