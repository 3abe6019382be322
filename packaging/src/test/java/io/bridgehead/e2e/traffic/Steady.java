package io.bridgehead.e2e.traffic;

import io.bridgehead.e2e.harness.Patience;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Clients that ask without end, each on a connection that it keeps; nothing is ever sent again. */
public final class Steady implements AutoCloseable {
    private static final int FAILURES_MAX = 50;

    private final Plan plan;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("steady-", 0).factory());
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final LongAdder answered = new LongAdder();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicReference<@Nullable Long> warmSince = new AtomicReference<>();
    private final Map<String, LongAdder> servedBy = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    /** What the clients do. */
    public record Plan(int port, String method, String host, int clients, long periodMillis) {}

    private Steady(Plan plan) {
        this.plan = plan;
    }

    /** So many clients that send GETs, 20 ms after the last answer. */
    public static Steady gets(int port, String host, int clients) {
        return new Steady(new Plan(port, "GET", host, clients, 20)).start();
    }

    /**
     * The same once a GET was answered well. The first one has nodes load what they need and connect to the endpoint, for which a busy machine may
     * take longer than a connection may; a check of the endpoint that ended late for the same reason is over then.
     */
    public static Steady warmGets(int port, String host, int clients) {
        Patience.until("a good answer of " + host, () -> isAnswered(port, host));
        return gets(port, host, clients);
    }

    private static boolean isAnswered(int port, String host) {
        try (RawClient client = RawClient.to(port)) {
            return client.exchange("GET", host, "/item/first", "").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** So many clients that send POSTs to /order, each with a body that no other POST has. */
    public static Steady posts(int port, String host, int clients) {
        return new Steady(new Plan(port, "POST", host, clients, 30)).start();
    }

    private Steady start() {
        for (int client = 0; client < plan.clients(); client++) {
            String id = plan.port() + "-" + client;
            threads.execute(() -> run(id));
        }
        return this;
    }

    private void run(String id) {
        @Nullable RawClient client = null;
        for (int i = 0; !stopped.get(); i++) {
            long start = System.nanoTime();
            try {
                client = client == null ? RawClient.to(plan.port()) : client;
                Message answer = plan.method().equals("GET")
                        ? client.exchange("GET", plan.host(), "/item/" + i, "")
                        : client.exchange("POST", plan.host(), "/order", id + "-" + i);
                took(answer, System.nanoTime() - start);
            } catch (IOException e) {
                fail(plan.method() + " " + i + " after " + (System.nanoTime() - start) / 1_000_000 + " ms: " + e);
                close(client);
                client = null;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(plan.periodMillis()));
        }
        close(client);
    }

    private void took(Message answer, long nanos) {
        Long warm = warmSince.get();
        if (warm == null || System.nanoTime() - nanos - warm >= 0) {
            longestNanos.accumulateAndGet(nanos, Math::max);
        }
        if (answer.status() == 200) {
            answered.increment();
            String who = answer.first("x-served-by");
            servedBy.computeIfAbsent(who == null ? "nobody" : who, name -> new LongAdder())
                    .increment();
        } else {
            fail("after " + nanos / 1_000_000 + " ms: " + answer);
        }
    }

    private void fail(String what) {
        if (!stopped.get()) {
            failed.incrementAndGet();
            if (failures.size() < FAILURES_MAX) {
                failures.add(what);
            }
        }
    }

    private static void close(@Nullable RawClient client) {
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    /** Requests that were answered well. */
    public long answered() {
        return answered.sum();
    }

    /** Requests without a good answer. */
    public long failed() {
        return failed.get();
    }

    /** The first failures, in words. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** The longest wait for an answer, of what was sent since the nodes were warm where that was awaited. */
    public long longestMillis() {
        return longestNanos.get() / 1_000_000;
    }

    /** Waits until the nodes on the way are warm, and leaves out how long they took until then: their first requests load what they need. */
    public void awaitWarm() {
        awaitAnswered(10 * plan.clients());
        warmSince.set(System.nanoTime());
        longestNanos.set(0);
    }

    /** Waits until this endpoint has served some more requests. */
    public void awaitServedBy(String endpoint) {
        long before = served(endpoint);
        Patience.until(
                "requests served by " + endpoint,
                () -> served(endpoint) >= before + 5,
                () -> "served by " + servedBy + ", failures " + failures);
    }

    /** How many requests this endpoint has served. */
    public long served(String endpoint) {
        LongAdder count = servedBy.get(endpoint);
        return count == null ? 0 : count.sum();
    }

    /** Waits until so many more requests were answered. */
    public void awaitAnswered(int more) {
        long before = answered();
        Patience.until(more + " more answers", () -> answered() >= before + more, () -> "failures " + failures);
    }

    @Override
    public void close() {
        stopped.set(true);
        threads.close();
    }
}
