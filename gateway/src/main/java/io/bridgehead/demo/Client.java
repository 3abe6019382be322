package io.bridgehead.demo;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One client that asks at a steady rate. It stays with its entry node until that node's connection fails, then goes to the other, as
 * clients behind a load balancer do; a GET whose connection died is sent again there, a POST never.
 */
@OwnedBy(Owner.CONFINED)
final class Client implements Runnable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** What a client does. */
    record Plan(String host, List<Integer> entryPorts, int firstEntry, boolean posts, long periodMillis, String name) {}

    private final Plan plan;
    private final Tally tally;
    private final LongSupplier nanoTime;
    private final BooleanSupplier stopped;
    private int entryIndex;
    private int sent;
    private @Nullable Entry entry;

    Client(Plan plan, Tally tally, LongSupplier nanoTime, BooleanSupplier stopped) {
        this.plan = plan;
        this.tally = tally;
        this.nanoTime = nanoTime;
        this.stopped = stopped;
        this.entryIndex = plan.firstEntry();
    }

    @Override
    public void run() {
        long next = nanoTime.getAsLong();
        while (!stopped.getAsBoolean()) {
            if (plan.posts()) {
                post();
            } else {
                get();
            }
            next = Math.max(next + TimeUnit.MILLISECONDS.toNanos(plan.periodMillis()), nanoTime.getAsLong());
            LockSupport.parkNanos(next - nanoTime.getAsLong());
        }
        hangUp();
    }

    private void get() {
        long start = nanoTime.getAsLong();
        String servedBy = "";
        while (servedBy.isEmpty() && nanoTime.getAsLong() - start < PATIENCE_NANOS && !stopped.getAsBoolean()) {
            try {
                Entry.Answer answer = connected().send("GET", plan.host(), "/item/" + sent, "");
                if (answer.status() != 200) {
                    break;
                }
                servedBy = answer.servedBy();
            } catch (IOException e) {
                goElsewhere();
            }
        }
        sent++;
        if (!servedBy.isEmpty() || !stopped.getAsBoolean()) {
            long now = nanoTime.getAsLong();
            tally.get(plan.name(), servedBy, now - start, now);
        }
    }

    private void post() {
        boolean good = false;
        String id = plan.name() + "-" + sent++;
        try {
            good = connected().send("POST", plan.host(), "/order", id).status() == 200;
        } catch (IOException e) {
            goElsewhere();
        }
        tally.post(good);
    }

    private Entry connected() throws IOException {
        if (entry == null) {
            entry = new Entry(plan.entryPorts().get(entryIndex));
        }
        return entry;
    }

    private void goElsewhere() {
        hangUp();
        tally.reconnected();
        entryIndex = (entryIndex + 1) % plan.entryPorts().size();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }

    private void hangUp() {
        if (entry != null) {
            try {
                entry.close();
            } catch (IOException e) {
                // It is gone either way.
            }
            entry = null;
        }
    }
}
