package io.bridgehead.identity.federation;

import io.bridgehead.authn.BundleDocument;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SvidValidator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bundles of federated trust domains current and in force: each from its own source, never one for another.
 *
 * <pre>per trust domain: WAITING --its time has come--> FETCHING --taken, or refused and what was in force stays--> WAITING</pre>
 *
 * <p>A bundle that is too old is not in force any more, but still proves its own endpoint, and so does one that somebody has put into
 * {@link Federation#bundle} since: else no newer one could ever come (SPIFFE Federation, section 5.2.2). One that was replaced by the endpoint's word,
 * be it by none, proves nothing.
 *
 * <p><b>Limits</b>: looks again after the refresh hint of the bundle, {@value #REFRESH_SECONDS_MIN} s to a day, five minutes without one; after a failure
 * at the same pace. The last good bundle is used for {@link Federation#keepFor}, over restarts too.
 *
 * <p><b>Threads</b>: {@link #start} and {@link #tick} by one at a time, where it may wait for files; fetching on the executor; {@link #states} any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class FederatedBundles {
    private static final int REFRESH_SECONDS_MIN = 5;
    private static final Duration REFRESH_MIN = Duration.ofSeconds(REFRESH_SECONDS_MIN);
    private static final Duration REFRESH_MAX = Duration.ofDays(1);
    private static final Duration REFRESH_USUAL = Duration.ofMinutes(5);

    private final LiveTls live;
    private final Surroundings around;
    private final BundleShelf shelf;
    private final BundleFetch fetch;
    private final Map<TrustDomain, Domain> domains = new LinkedHashMap<>();
    /** Those that need nobody's bundle but their own come first. */
    private final List<Domain> inOrder;

    /**
     * What it works with.
     *
     * @param folder where the last good bundles are kept
     * @param fetching runs one task for each trust domain at most
     * @param reading where their answers are read, with tasks that do not wait
     */
    public record Surroundings(
            Clock clock, Path folder, Executor fetching, Executor reading, FederationObserver observer) {}

    /**
     * How it stands with one trust domain.
     *
     * @param anchors in force; null while there never was a bundle
     * @param fetched when the source was last found to say so; null before the first time
     * @param next when it is looked at again
     * @param problem what went wrong at the last look; empty when nothing
     */
    public record State(
            TrustDomain trustDomain,
            String source,
            @Nullable List<X509Certificate> anchors,
            @Nullable Long sequence,
            @Nullable Instant fetched,
            Instant next,
            String problem) {}

    public FederatedBundles(List<Federation> wanted, LiveTls live, Surroundings around) {
        this.live = live;
        this.around = around;
        this.shelf = new BundleShelf(around.folder());
        this.fetch = new BundleFetch(around.reading(), Duration.ofSeconds(BundleFetch.WHOLE_SECONDS), this::validator);
        wanted.forEach(one -> domains.put(one.trustDomain(), new Domain(one)));
        this.inOrder = domains.values().stream()
                .sorted(Comparator.comparing(domain -> prover(domain) != null))
                .toList();
    }

    /** Puts in force what is on the disk, before anything is fetched. */
    public void start() {
        domains.values().forEach(domain -> {
            restore(domain);
            boolean _ = withdrawOld(domain);
        });
        publish();
    }

    /** Looks at files and begins to fetch what is due; every second or so. */
    public void tick() {
        boolean changed = false;
        for (Domain domain : inOrder) {
            if (domain.wanted.endpoint() == null) {
                changed |= readFile(domain);
            } else if (!waitsForAnother(domain) && domain.isDue(around.clock().instant())) {
                around.fetching().execute(() -> {
                    if (look(domain)) {
                        publish();
                    }
                });
            }
            changed |= withdrawOld(domain);
        }
        if (changed) {
            publish();
        }
    }

    /** Whether the bundle that proves the endpoint is another domain's, and on its way for the first time. */
    private boolean waitsForAnother(Domain domain) {
        Domain prover = prover(domain);
        return prover != null && prover.fetching && prover.accepted == null;
    }

    /** The federated trust domain that another's endpoint is a member of; null for an endpoint that needs none. */
    private @Nullable Domain prover(Domain domain) {
        SpiffeId id = domain.wanted.endpointId();
        Domain prover = id == null ? null : domains.get(id.trustDomain());
        return prover == domain ? null : prover;
    }

    /** How it stands, in the order of the configuration. */
    public List<State> states() {
        return domains.values().stream().map(domain -> domain.state).toList();
    }

    private void restore(Domain domain) {
        Federation wanted = domain.wanted;
        Instant now = around.clock().instant();
        if (wanted.endpoint() == null) {
            readFile(domain);
            return;
        }
        try {
            BundleShelf.Kept kept = shelf.find(wanted.trustDomain());
            if (kept != null) {
                restore(domain, kept.document(), kept.fetched(), now);
                return;
            }
        } catch (IOException e) {
            refused(domain, now, String.valueOf(e.getMessage()));
        }
        Path first = wanted.bundle();
        if (first != null) {
            try {
                restore(domain, read(first), null, now);
            } catch (IOException e) {
                refused(domain, now, String.valueOf(e.getMessage()));
            }
        }
    }

    private static void restore(Domain domain, BundleDocument document, @Nullable Instant fetched, Instant now) {
        domain.accepted = document.anchors();
        domain.state = domain.with(document.anchors(), document.sequence(), fetched, now, "");
    }

    /** Returns whether the bundle in force is another now. */
    private boolean readFile(Domain domain) {
        Path file = domain.wanted.bundle();
        if (file == null) {
            return false;
        }
        Instant now = around.clock().instant();
        try {
            return take(domain, read(file), null, now, REFRESH_MIN);
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(domain.state.problem())) {
                refused(domain, now, problem);
            }
            return false;
        }
    }

    private boolean look(Domain domain) {
        Instant now = around.clock().instant();
        Duration pace = domain.pace;
        try {
            byte[] json = fetch.fetch(domain.wanted);
            BundleDocument document = BundleDocument.parse(json);
            pace = pace(document.refreshHint());
            domain.pace = pace;
            boolean changed = take(domain, document, json, now, pace);
            if (changed) {
                hurry(domain);
            }
            return changed;
        } catch (IOException | IllegalArgumentException e) {
            refused(domain, now.plus(pace), domain.wanted.endpoint() + ": " + e.getMessage());
            return false;
        } finally {
            domain.fetching = false;
        }
    }

    /** Those whose endpoints could not be proved look again at once. */
    private void hurry(Domain prover) {
        for (Domain other : domains.values()) {
            if (prover(other) == prover && !other.state.problem().isEmpty()) {
                other.hurried = true;
            }
        }
    }

    /**
     * Takes what a source says.
     *
     * @param json as an endpoint gave it; null for a file, which is not kept
     * @return whether what is in force is another now
     */
    private boolean take(Domain domain, BundleDocument document, byte @Nullable [] json, Instant now, Duration pace)
            throws IOException {
        synchronized (domain) {
            State before = domain.state;
            List<X509Certificate> accepted = domain.accepted;
            boolean same = accepted != null && isSame(document.anchors(), accepted);
            boolean changed = before.anchors() == null || !isSame(document.anchors(), before.anchors());
            Long last = before.sequence();
            Long sequence = document.sequence();
            if (json != null && !same && last != null && sequence != null && sequence < last) {
                throw new IOException("spiffe_sequence went back: found " + sequence
                        + " with other authorities; expected " + last + " or more");
            }
            Long newest =
                    sequence == null ? last : same && last != null ? Long.valueOf(Math.max(last, sequence)) : sequence;
            domain.accepted = document.anchors();
            domain.state = domain.with(document.anchors(), newest, now, now.plus(pace), "");
            if (changed || !before.problem().isEmpty() || json != null) {
                around.observer()
                        .bundleTaken(
                                domain.wanted.trustDomain(),
                                domain.wanted.source(),
                                changed,
                                document.anchors().size());
            }
            if (json != null) {
                keep(domain, json, same && before.fetched() != null && Objects.equals(newest, last), now);
            }
            return changed;
        }
    }

    /** A bundle is a set: its order says nothing. */
    private static boolean isSame(List<X509Certificate> one, List<X509Certificate> other) {
        return Set.copyOf(one).equals(Set.copyOf(other));
    }

    /** What cannot be kept on disk is in force all the same. */
    private void keep(Domain domain, byte[] json, boolean same, Instant now) {
        TrustDomain of = domain.wanted.trustDomain();
        try {
            boolean kept = same && !domain.unkept && shelf.touch(of, now);
            if (!kept) {
                domain.unkept = true;
                shelf.keep(of, json, now);
                domain.unkept = false;
            }
        } catch (IOException e) {
            around.observer()
                    .bundleRefused(of, domain.wanted.source(), "in force, but not kept on disk: " + e.getMessage());
        }
    }

    /** Nobody says any more that the bundle is right: after a while it is not taken for it. */
    private boolean withdrawOld(Domain domain) {
        synchronized (domain) {
            State state = domain.state;
            Instant fetched = state.fetched();
            List<X509Certificate> anchors = state.anchors();
            boolean old = domain.wanted.endpoint() != null
                    && fetched != null
                    && anchors != null
                    && !anchors.isEmpty()
                    && fetched.plus(domain.wanted.keepFor())
                            .isBefore(around.clock().instant());
            if (old) {
                domain.state = domain.with(List.of(), state.sequence(), fetched, state.next(), state.problem());
                around.observer()
                        .bundleRefused(
                                state.trustDomain(),
                                state.source(),
                                "the last bundle is of " + fetched + "; expected a look that succeeds within "
                                        + domain.wanted.keepFor() + ": nobody of it is trusted now");
            }
            return old;
        }
    }

    private void refused(Domain domain, Instant next, String problem) {
        synchronized (domain) {
            State before = domain.state;
            domain.state = domain.with(before.anchors(), before.sequence(), before.fetched(), next, problem);
            around.observer().bundleRefused(before.trustDomain(), before.source(), problem);
        }
    }

    private static Duration pace(@Nullable Duration hint) {
        Duration pace = hint == null ? REFRESH_USUAL : hint;
        return pace.compareTo(REFRESH_MIN) < 0 ? REFRESH_MIN : pace.compareTo(REFRESH_MAX) > 0 ? REFRESH_MAX : pace;
    }

    private synchronized void publish() {
        Map<TrustDomain, List<X509Certificate>> bundles = new LinkedHashMap<>();
        domains.forEach((trustDomain, domain) -> {
            List<X509Certificate> anchors = domain.state.anchors();
            if (anchors != null) {
                bundles.put(trustDomain, anchors);
            }
        });
        live.federate(bundles);
    }

    /** Who judges bundle endpoints of a trust domain: by what was last accepted, whether it is in force still or not. */
    private @Nullable SvidValidator validator(TrustDomain of) {
        LiveTls.Generation now = live.current();
        SvidValidator own = now.validator();
        if (of.equals(own.trustDomain())) {
            return own;
        }
        Domain domain = domains.get(of);
        if (domain == null) {
            return now.federated().get(of);
        }
        List<X509Certificate> proof = new ArrayList<>();
        List<X509Certificate> accepted = domain.accepted;
        if (accepted != null) {
            proof.addAll(accepted);
        }
        proof.addAll(installedSince(domain));
        return accepted == null && proof.isEmpty() ? null : own.of(of, proof);
    }

    /** What somebody has put into the file of the first bundle after the last fetch, since nothing else helps when all keys were lost. */
    private static List<X509Certificate> installedSince(Domain domain) {
        Path first = domain.wanted.bundle();
        Instant fetched = domain.state.fetched();
        if (first == null || domain.wanted.endpoint() == null || fetched == null) {
            return List.of();
        }
        try {
            return Files.getLastModifiedTime(first).toInstant().isAfter(fetched)
                    ? read(first).anchors()
                    : List.of();
        } catch (IOException e) {
            return List.of(); // the last accepted one may do
        }
    }

    /**
     * Reads a bundle from a file: PEM, or a SPIFFE bundle document.
     *
     * @throws IOException if it is missing or neither
     */
    public static BundleDocument read(Path file) throws IOException {
        try {
            PemFile read = PemFile.read(file);
            byte[] bytes = read.bytes();
            boolean pem = new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE");
            return pem ? new BundleDocument(read.authorities(), null, null) : BundleDocument.parse(bytes);
        } catch (MaterialException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** One trust domain, and what is known of it, which is replaced under its lock only. */
    @OwnedBy(Owner.ANY_THREAD)
    private static final class Domain {
        private final Federation wanted;
        private volatile State state;
        private volatile Duration pace = REFRESH_MIN;
        private volatile boolean fetching;
        /** What the source said last; null before it said anything. In force, unless it is too old. */
        private volatile @Nullable List<X509Certificate> accepted;
        /** What was accepted last is not on the disk; guarded by this. */
        private boolean unkept;
        /** Another bundle has come that may prove the endpoint. */
        private volatile boolean hurried;

        Domain(Federation wanted) {
            this.wanted = wanted;
            this.state = new State(wanted.trustDomain(), wanted.source(), null, null, null, Instant.EPOCH, "");
        }

        boolean isDue(Instant now) {
            if (fetching || (!hurried && now.isBefore(state.next()))) {
                return false;
            }
            hurried = false;
            fetching = true;
            return true;
        }

        State with(
                @Nullable List<X509Certificate> anchors,
                @Nullable Long sequence,
                @Nullable Instant fetched,
                Instant next,
                String problem) {
            return new State(wanted.trustDomain(), wanted.source(), anchors, sequence, fetched, next, problem);
        }
    }
}
