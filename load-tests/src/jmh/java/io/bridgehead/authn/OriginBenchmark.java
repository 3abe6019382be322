package io.bridgehead.authn;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Statements of who called first, by a P-256 key: made and checked once for a caller, service, site and ten seconds, and known for all other requests. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OriginBenchmark {
    private static final SiteName THERE = new SiteName("there");

    private final Moving clock = new Moving();
    private final OriginIssuer issuer;
    private final OriginIntake.Peer peer;
    private final OriginIssuer.Subject subject;
    private final OriginSigner signer;
    private final byte[] known;

    /** Moves on with every look, so that no bound on rates is met. */
    private static final class Moving implements Origins.Clock {
        private long millis = TimeUnit.DAYS.toMillis(20_000);

        @Override
        public long nanoTime() {
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }

        @Override
        public long epochSeconds() {
            return TimeUnit.MILLISECONDS.toSeconds(millis);
        }
    }

    /** Makes a node's identity, and one statement that is known. */
    public OriginBenchmark() {
        KeyMaterial material = material();
        LiveTls live = new LiveTls(material, Clock.systemUTC());
        issuer = new OriginIssuer(live, clock, OriginObserver.NONE);
        OriginIntake intake = new OriginIntake(THERE, SpeaksFor.OWN_AND_SITELESS, clock, OriginObserver.NONE);
        TunnelTls tls = new TunnelTls(live, ExpectedPeer.anyone(), TunnelTls.Settings.STANDARD, Runnable::run);
        PeerKeys keys = new PeerKeys(tls.proofs());
        keys.add(material.chain(), live.current().number());
        peer = intake.from(material.id(), keys);
        signer = new OriginSigner(material);
        subject = new OriginIssuer.Subject(
                SpiffeId.parse("spiffe://bench.example/team/shop"), "certificate", "orders", THERE, "7");
        known = Objects.requireNonNull(issuer.issue(subject)).text();
        peer.take(known);
    }

    private static KeyMaterial material() {
        try {
            Path folder = Files.createTempDirectory("origin");
            TrustDomain domain = new TrustDomain("bench.example");
            Authority authority = Authority.create(
                    folder, domain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            IssueRequest request = IssueRequest.gateway(domain, new SiteName("here"), new NodeName("a"));
            MaterialFiles.Paths paths = authority.issue(request, folder, "node", Authority.Existing.REPLACE);
            return KeyMaterial.of(
                    PemFile.read(paths.certificate()).certificates(),
                    PemFile.read(paths.key()).privateKey(),
                    PemFile.read(paths.bundle()).certificates());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private OriginStatement statement() {
        long now = clock.epochSeconds();
        return new OriginStatement(
                signer.id(), subject.caller(), "certificate", "orders", THERE, "7", now, now + 60);
    }

    /** The first request of a caller, at the node where it enters. */
    @Benchmark
    public byte[] sign() throws Exception {
        return signer.sign(statement());
    }

    /** The same and, at the node that serves, the check; without {@link #sign} it is the check alone. */
    @Benchmark
    public OriginVerdict signAndCheck() throws Exception {
        clock.millis += 2;
        return peer.take(signer.sign(statement()));
    }

    /** Any other request of a connection, at the node where it enters. */
    @Benchmark
    public Object issueKnown() {
        return Objects.requireNonNull(issuer.issue(subject));
    }

    /** Any other request of another connection, at the node that serves. */
    @Benchmark
    public OriginVerdict takeKnown() {
        return peer.take(known);
    }
}
