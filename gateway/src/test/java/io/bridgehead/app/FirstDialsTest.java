package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.HostPort;
import io.bridgehead.tunnel.TunnelReport;
import io.bridgehead.upstream.FailoverContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FirstDialsTest {
    private final List<TunnelReport> reports = new ArrayList<>();
    private final Control control = new Control();

    /** A control context whose time goes on when it is told to. */
    private static final class Control implements FailoverContext {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private long millis;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer every(long period, Runnable task) {
            throw new AssertionError("nothing is repeated");
        }

        @Override
        public Timer after(long delay, Runnable task) {
            waiting.add(task);
            return () -> waiting.remove(task);
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return Long.MAX_VALUE + millis * 1_000_000;
        }

        /** It is later, and what waited is done. */
        void after(long delay) {
            millis += delay;
            List<Runnable> due = List.copyOf(waiting);
            waiting.clear();
            due.forEach(Runnable::run);
        }
    }

    /** What became of a dial to the peer with this number. */
    private void report(int peer, String state, String lastError) {
        reports.add(
                new TunnelReport(address(peer).toString(), null, null, state, 0, 0, 0, 0, 0, 0, 0, "", 0, lastError));
    }

    private static HostPort address(int peer) {
        return HostPort.parse("192.0.2." + peer + ":7");
    }

    private CompletableFuture<Boolean> await(int peers) {
        return new FirstDials(
                        IntStream.range(0, peers)
                                .mapToObj(FirstDialsTest::address)
                                .toList(),
                        () -> List.copyOf(reports),
                        control)
                .await()
                .toCompletableFuture();
    }

    @Test
    void aNodeWithoutPeersWaitsForNothing() {
        assertThat(await(0)).isCompletedWithValue(true);
    }

    @Test
    void itEndsWhenEachDialCameToSomething() {
        CompletableFuture<Boolean> over = await(3);
        report(0, "up", "");
        report(1, "connecting", "");
        report(2, "self", "");
        control.after(20);
        assertThat(over).as("one is still dialed").isNotDone();
        reports.remove(1);
        report(8, "inbound", "");
        control.after(20);
        assertThat(over).as("who dials us is no answer to a dial").isNotDone();
        report(9, "connecting", "");
        report(1, "connecting", "connect-failed: connection refused");
        control.after(20);
        assertThat(over).as("one that is only remembered is not waited for").isCompletedWithValue(true);
    }

    @Test
    void aSilentPeerKeepsNobodyFromBeingReady() {
        report(0, "connecting", "");
        CompletableFuture<Boolean> over = await(1);
        control.after(FirstDials.MILLIS_MAX - 1);
        assertThat(over).isNotDone();
        control.after(1);
        assertThat(over).isCompletedWithValue(false);
    }
}
