package io.bridgehead.upstream;

import io.bridgehead.failover.Returns;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ProbeState;
import io.bridgehead.health.ProbeState.Verdict;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of one endpoint of one service in its own site, each address of a name by itself: what probes found, and what real traffic met.
 * It outlives the routing tables that name the endpoint.
 *
 * <p><b>Threads</b>: any; one immutable {@link Standing} in one atomic, replaced as a whole, and when it became fit.
 */
@OwnedBy(Owner.ANY_THREAD)
final class EndpointState {
    private static final String DRAINED = "drained by an operator";
    private static final String DRILLED = "lost in a drill";

    private static final long WARM = 0;

    private final Endpoint listed;
    private final @Nullable InetSocketAddress at;
    private final Endpoint endpoint;
    private final boolean named;
    private volatile long fitSinceNanos = WARM;
    private volatile boolean known;
    private volatile @Nullable Back back;
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.NEW);

    EndpointState(Endpoint endpoint) {
        this(endpoint, null);
    }

    /**
     * @param listed as documents have it
     * @param at the one of its name's addresses that this is; null for an address in text form, or a name without any
     */
    EndpointState(Endpoint listed, @Nullable InetSocketAddress at) {
        this.listed = listed;
        this.named = EndpointAddresses.isName(listed.address());
        this.at = at;
        this.endpoint = at == null
                ? listed
                : new Endpoint(
                        new HostPort(IpAddress.of(at.getAddress().getAddress()).toString(), at.getPort()));
    }

    /** Whether documents have a name for its address. */
    boolean isNamed() {
        return named;
    }

    /**
     * One moment's knowledge.
     *
     * @param probe what the probes have shown
     * @param refused whether a connection was refused since the last probe that succeeded
     * @param refusedNanos when that was; without meaning otherwise
     * @param ejectedBy a bit for each loop whose traffic has shown the endpoint to be ill
     * @param addressed whether there is an address to connect to
     * @param drained whether an operator keeps new requests from it
     * @param detail why it is not fit; empty while it is
     */
    record Standing(
            ProbeState probe,
            boolean refused,
            long refusedNanos,
            long ejectedBy,
            boolean addressed,
            boolean drained,
            String detail) {
        static final Standing NEW = new Standing(ProbeState.UNKNOWN, false, 0, 0, true, false, "");

        /** Whether requests may be sent to it; an endpoint that nothing is known of may. */
        boolean isFit() {
            return addressed && !drained && !refused && ejectedBy == 0 && probe.verdict() != Verdict.UNHEALTHY;
        }

        /** This standing, with why it is as it is. */
        Standing because(String why) {
            return new Standing(probe, refused, refusedNanos, ejectedBy, addressed, drained, isFit() ? "" : why);
        }

        boolean isUnknown() {
            return isFit() && probe.verdict() == Verdict.UNKNOWN;
        }

        Standing withEjectedBy(long loops) {
            return new Standing(probe, refused, refusedNanos, loops, addressed, drained, detail);
        }
    }

    /** What a change made of the standing. */
    record Change(Standing before, Standing after) {
        boolean changedFitness() {
            return before.isFit() != after.isFit();
        }

        boolean changedAnything() {
            return changedFitness() || before.probe().verdict() != after.probe().verdict();
        }
    }

    /**
     * A way back from a drain, little by little.
     *
     * @param sinceNanos when the ramp was made
     */
    record Back(long sinceNanos, Returns.Ramp ramp) {
        /** How likely it is taken when it is drawn, 0 to 1. */
        double allowed(long nowNanos) {
            return ramp.allowed((nowNanos - sinceNanos) / 1_000_000);
        }
    }

    /** It comes back little by little, or, with null, has all that comes to it. */
    void comesBack(@Nullable Back way) {
        back = way;
    }

    /** How it comes back, or null. */
    @Nullable
    Back back() {
        return back;
    }

    /** It is new in a service that was served before: begins slowly, if endpoints of the service do. */
    void joined(long nowNanos) {
        if (!known) {
            cameBack(nowNanos);
            known = true;
        }
    }

    /** It is one of those that the service began with. */
    void began() {
        known = true;
    }

    /** It has become fit. */
    void cameBack(long nowNanos) {
        fitSinceNanos = nowNanos == WARM ? 1 : nowNanos;
    }

    /** How much of a span since it became fit is over, 0 to 1; 1 for one that has been so from the beginning. */
    double warmth(long nowNanos, long spanNanos) {
        long since = fitSinceNanos;
        return since == WARM || nowNanos - since >= spanNanos
                ? 1
                : Math.max(0, (nowNanos - since) / (double) spanNanos);
    }

    /** What requests go to: an address and port, or a name that has no address yet. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** The endpoint as documents have it. */
    Endpoint listed() {
        return listed;
    }

    /** The address of a name that this is; null for any other endpoint. */
    @Nullable
    InetSocketAddress at() {
        return at;
    }

    /** Whether this is the endpoint that is meant: by its address, or by the name that has it. */
    boolean is(Endpoint meant) {
        return endpoint.equals(meant) || listed.equals(meant);
    }

    Standing standing() {
        return Objects.requireNonNull(standing.get());
    }

    boolean isFit() {
        return standing().isFit();
    }

    /** A probe ended. One that began before a connection was refused proves nothing. */
    Change probed(boolean success, long startedNanos, HealthCheck check, String detail) {
        return change(was -> {
            if (success && was.refused() && startedNanos - was.refusedNanos() <= 0) {
                return was;
            }
            ProbeState probe = was.probe().after(success, check);
            if (success
                    && probe.equals(was.probe())
                    && !was.refused()
                    && was.detail().isEmpty()) {
                return was; // by far the most
            }
            boolean refused = was.refused() && probe.verdict() == Verdict.UNHEALTHY;
            return new Standing(probe, refused, was.refusedNanos(), was.ejectedBy(), was.addressed(), was.drained(), "")
                    .because(detail.isEmpty() ? was.detail() : detail);
        });
    }

    /** A connection for a real request was refused: the endpoint is ill until probes find it healthy again. */
    Change refused(long nowNanos, String detail) {
        ProbeState ill = new ProbeState(Verdict.UNHEALTHY, 0);
        return change(
                was -> new Standing(ill, true, nowNanos, was.ejectedBy(), was.addressed(), was.drained(), detail));
    }

    /** Its addresses have become known, or turned out to be none. */
    Change addressed(boolean addressed, String detail) {
        return change(was -> new Standing(
                        was.probe(),
                        was.refused(),
                        was.refusedNanos(),
                        was.ejectedBy(),
                        addressed,
                        was.drained(),
                        was.detail())
                .because(detail.isEmpty() ? was.detail() : detail));
    }

    /** An operator keeps new requests from it, or does so no more; {@code drill} says that it counts as lost. */
    Change drained(boolean drained, boolean drill) {
        String why = drill ? DRILLED : DRAINED;
        return change(was ->
                was.drained() == drained && (!drained || was.detail().equals(why))
                        ? was
                        : new Standing(
                                        was.probe(),
                                        was.refused(),
                                        was.refusedNanos(),
                                        was.ejectedBy(),
                                        was.addressed(),
                                        drained,
                                        was.detail())
                                .because(drained ? why : isOrdered(was.detail()) ? "" : was.detail()));
    }

    private static boolean isOrdered(String detail) {
        return detail.equals(DRAINED) || detail.equals(DRILLED);
    }

    /** A loop's traffic has shown the endpoint to be ill. */
    Change ejected(int loop, String detail) {
        return change(was -> was.withEjectedBy(was.ejectedBy() | bit(loop)).because(detail));
    }

    /** The loop's ejection is over. */
    Change returned(int loop) {
        return change(was -> was.withEjectedBy(was.ejectedBy() & ~bit(loop)).because(was.detail()));
    }

    /** Loops beyond the 64th share bits: what one of them ends, it ends for its fellows. */
    private static long bit(int loop) {
        return 1L << (loop & 63);
    }

    private Change change(UnaryOperator<Standing> how) {
        while (true) {
            Standing before = standing();
            Standing after = how.apply(before);
            if (standing.compareAndSet(before, after)) {
                return new Change(before, after);
            }
        }
    }
}
