package io.bridgehead.cluster.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.hazelcast.tls.LinkPolicy;
import io.bridgehead.cluster.hazelcast.tls.TlsMembers;
import io.bridgehead.cluster.intake.LocalSide;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of this node's member: started in the background, started again when it could not start or stopped by
 * itself, compared with the blackboard at intervals, stopped within a bound.
 *
 * <p>Threads: its decisions run on the worker; Hazelcast's own threads only hand over.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final AtomicLong INSTANCES = new AtomicLong();
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final long LEAVE_MILLIS_MAX = 3_000;
    private static final long AGAIN_MILLIS = 200;
    private static final long COME_BACK_MILLIS = 2_000;
    private static final int HELLO_JITTER_MILLIS = 500;
    private static final int COMPARISONS_PER_CELL_CHECK = 10;

    private final Parts parts;
    private final Supplier<Optional<EncodedRecord>> lastHealth;
    private final AtomicReference<@Nullable Joined> joined = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean answering = new AtomicBoolean();
    private final AtomicLong comparisons = new AtomicLong();

    /** What a membership works with. */
    record Parts(
            HazelcastSettings settings,
            FabricParts fabric,
            LinkPolicy policy,
            FabricThreads threads,
            LocalSide side,
            ClusterView view,
            RandomGenerator random) {}

    Membership(Parts parts, Supplier<Optional<EncodedRecord>> lastHealth) {
        this.parts = parts;
        this.lastHealth = lastHealth;
    }

    void start() {
        if (started.compareAndSet(false, true)) {
            parts.threads.worker().execute(this::boot);
            compareLater();
        }
    }

    /** The member, while it runs. */
    Optional<Joined> joined() {
        return Optional.ofNullable(joined.get()).filter(Joined::isRunning);
    }

    void tellHealth() {
        joined().ifPresent(now ->
                lastHealth.get().ifPresent(health -> attempt(() -> now.health().publish(health))));
    }

    /**
     * Closes the links of members that are refused from now on, and takes them for lost. May wait for Hazelcast's
     * locks.
     */
    void recheck() {
        lose(parts.policy.links().recheckAll());
    }

    /**
     * Closes the links of members whose certificates are refused from now on. Who has renewed comes back at once, and
     * who has not is taken for lost. Does not wait for Hazelcast's locks: what waits for a link that is closed here may
     * hold the threads of commits.
     */
    void trustChanged() {
        Set<String> refused = parts.policy.links().recheckAll();
        if (!refused.isEmpty()) {
            later(AGAIN_MILLIS, () -> handOver(parts.threads.tls(), () -> relink(refused)));
            later(
                    COME_BACK_MILLIS,
                    () -> handOver(parts.threads.commits(), () -> {
                        Set<String> lost = new HashSet<>(refused);
                        lost.removeAll(parts.policy.links().peers());
                        lose(lost);
                    }));
        }
    }

    private void relink(Set<String> peers) {
        joined().ifPresent(now -> attempt(() -> TlsMembers.reconnect(
                now.member(),
                attributes -> peers.contains(MemberAttributes.info(attributes).spiffeId()))));
    }

    private void lose(Set<String> refused) {
        if (!refused.isEmpty()) {
            joined().ifPresent(now -> attempt(() -> TlsMembers.suspect(
                    now.member(),
                    attributes ->
                            refused.contains(MemberAttributes.info(attributes).spiffeId()),
                    "it is refused from now on")));
        }
    }

    /** Tries what Hazelcast may refuse or break off; the next comparison makes it good. */
    void attempt(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.debug("Hazelcast refused; the next comparison makes it good.", e);
        }
    }

    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Joined last = joined.getAndSet(null);
        if (last == null) {
            return;
        }
        Thread leaving = Thread.ofPlatform()
                .daemon()
                .name("cluster-leaving")
                .start(() -> last.member().getLifecycleService().shutdown());
        try {
            leaving.join(LEAVE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (leaving.isAlive()) {
            last.member().getLifecycleService().terminate();
        }
    }

    private void boot() {
        if (closed.get()) {
            return;
        }
        parts.view.starting();
        try {
            String name = parts.fabric.self().id() + "#" + INSTANCES.incrementAndGet();
            HazelcastInstance member = TlsMembers.start(
                    MemberConfig.of(parts.settings, parts.fabric.self(), name),
                    parts.policy,
                    MemberAttributes::refusal);
            useOrEnd(member);
        } catch (IOException | RuntimeException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    /** A member that cannot be used is ended: left running, it would keep the port from the next one. */
    private void useOrEnd(HazelcastInstance member) throws IOException {
        boolean used = false;
        try {
            PortProbe.problem(parts.settings.bind(), parts.policy.probes()).ifPresent(problem -> {
                throw new IllegalStateException(problem + "; this version of Hazelcast is not the one that was tested");
            });
            join(member);
            used = true;
        } finally {
            if (!used) {
                joined.set(null);
                member.getLifecycleService().terminate();
            }
        }
    }

    private void join(HazelcastInstance member) {
        FabricParts fabric = parts.fabric;
        Joined now = new Joined(
                member,
                new Blackboard(member, fabric.store(), parts.side, fabric.observer()),
                new HeadCells(member, parts.side),
                new HealthTopic(member));
        // First: whoever sees the members by what the listeners tell may commit at once.
        joined.set(now);
        listen(now);
        if (closed.get()) {
            member.getLifecycleService().terminate();
            return;
        }
        parts.view.look(member);
        now.health().hello();
        tellHealth();
        compare();
    }

    private void listen(Joined now) {
        HazelcastInstance member = now.member();
        var _ = member.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                handOver(parts.threads.intake(), () -> parts.view.look(member));
                handOver(parts.threads.worker(), Membership.this::compare);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                handOver(parts.threads.intake(), () -> parts.view.look(member));
            }
        });
        var _ = member.getLifecycleService().addLifecycleListener(event -> lifecycle(now, event));
        now.heads().onNews(bytes -> take(bytes, HeadCells.NEWS));
        now.board().onNews(bytes -> take(bytes, "blackboard"));
        now.health().listen(this::take, this::answerHello);
    }

    private void lifecycle(Joined now, LifecycleEvent event) {
        if (event.getState() == LifecycleState.MERGED) {
            handOver(parts.threads.intake(), () -> parts.view.merged(now.member()));
            handOver(parts.threads.worker(), () -> {
                now.health().hello();
                tellHealth();
                compare();
            });
        } else if (event.getState() == LifecycleState.SHUTDOWN && joined.compareAndSet(now, null) && !closed.get()) {
            handOver(parts.threads.intake(), () -> fail("the member of the cluster stopped by itself"));
        }
    }

    private void fail(String problem) {
        if (closed.get()) {
            return;
        }
        parts.view.failed(problem);
        parts.fabric.observer().clusterFailed(problem);
        later(RETRY.toMillis(), () -> parts.threads.worker().execute(this::boot));
    }

    private void take(Bytes bytes, String carrier) {
        handOver(parts.threads.intake(), () -> parts.side.receive(bytes, carrier));
    }

    /** Several hellos at once get one answer; many nodes do not answer at the same moment. */
    private void answerHello() {
        if (answering.compareAndSet(false, true)) {
            later(parts.random.nextInt(HELLO_JITTER_MILLIS), () -> {
                answering.set(false);
                tellHealth();
            });
        }
    }

    private void compareLater() {
        long min = parts.settings.reconcileMin().toMillis();
        long max = parts.settings.reconcileMax().toMillis();
        later(parts.random.nextLong(min, max + 1), () -> {
            joined().ifPresent(_ -> handOver(parts.threads.worker(), this::compare));
            compareLater();
        });
    }

    private void compare() {
        joined().ifPresent(now -> attempt(() -> {
            now.board().reconcile();
            if (comparisons.getAndIncrement() % COMPARISONS_PER_CELL_CHECK == 0) {
                now.heads().learnAll();
            }
        }));
    }

    /** What finds no room is made good by the next comparison; what comes while all stops is nobody's. */
    private static void handOver(Executor executor, Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("Dropped a hint from the cluster; the next comparison makes it good.", e);
        }
    }

    private void later(long millis, Runnable work) {
        if (!closed.get()) {
            var _ = parts.threads.timer().schedule(work, millis, TimeUnit.MILLISECONDS);
        }
    }
}
