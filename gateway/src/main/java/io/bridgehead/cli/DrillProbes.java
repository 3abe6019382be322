package io.bridgehead.cli;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * GETs at a steady rate while a drill lasts. One that an endpoint or node answers with a status of 500 or above, that is not
 * answered within {@value #TIMEOUT_SECONDS} s, or whose connection fails, is lost.
 */
@OwnedBy(Owner.ANY_THREAD)
final class DrillProbes implements AutoCloseable {
    static final int TIMEOUT_SECONDS = 10;
    /** Statuses from here on mean that a probe is lost. */
    private static final int LOST_FROM = 500;

    private static final int EXAMPLES_MAX = 5;

    private final HttpClient client;
    private final HttpRequest request;
    private final long periodNanos;
    private final Thread sender;
    private final List<Long> millis = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private int sent;
    private int lost;
    private int open;
    private volatile boolean stopped;

    /**
     * What became of the probes so far.
     *
     * @param sent all that were sent
     * @param lost those that had no good answer
     * @param open those that wait for one
     * @param usualMillis the median time of the good ones; 0 when there is none
     * @param longestMillis the longest
     * @param examples of what went wrong
     */
    record Sum(int sent, int lost, int open, long usualMillis, long longestMillis, List<String> examples) {
        /** The same beside a time that was usual before. */
        Sum usually(long otherMillis) {
            return new Sum(sent, lost, open, otherMillis, longestMillis, examples);
        }
    }

    private DrillProbes(HttpClient client, HttpRequest request, int perSecond) {
        this.client = client;
        this.request = request;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.sender = Thread.ofPlatform().daemon().name("drill-probes").unstarted(this::run);
    }

    /** Probes of one target; {@link #start} sends them. */
    static DrillProbes of(HostPort to, String host, String path, int perSecond) {
        // The client lets nobody name a host without this, and reads it once.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + to + path))
                .header("host", host)
                .header("user-agent", "bridgehead-drill")
                .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .build();
        return new DrillProbes(client, request, perSecond);
    }

    /** Sends one and waits. @return why it is lost; null when it has a good answer */
    @Nullable
    String trial() {
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle(DrillProbes::problem)
                .join();
    }

    private static @Nullable String problem(@Nullable HttpResponse<Void> answer, @Nullable Throwable failure) {
        if (answer == null) {
            Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
            return String.valueOf(cause);
        }
        return answer.statusCode() < LOST_FROM ? null : "answered " + answer.statusCode();
    }

    void start() {
        sender.start();
    }

    private void run() {
        long due = System.nanoTime();
        while (!stopped) {
            send();
            due = Math.max(due + periodNanos, System.nanoTime() - periodNanos);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void send() {
        synchronized (this) {
            sent++;
            open++;
        }
        long start = System.nanoTime();
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle(DrillProbes::problem)
                .thenAccept(problem -> ended(problem, start));
    }

    private synchronized void ended(@Nullable String problem, long start) {
        open--;
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        if (problem == null) {
            millis.add(took);
            return;
        }
        lost++;
        if (examples.size() < EXAMPLES_MAX) {
            examples.add(problem + " after " + took + " ms");
        }
    }

    /** Begins to count anew, with those under way. */
    synchronized void forget() {
        sent = open;
        lost = 0;
        millis.clear();
        examples.clear();
    }

    synchronized Sum sum() {
        long[] sorted = millis.stream().mapToLong(Long::longValue).sorted().toArray();
        boolean none = sorted.length == 0;
        return new Sum(
                sent,
                lost,
                open,
                none ? 0 : sorted[sorted.length / 2],
                none ? 0 : sorted[sorted.length - 1],
                List.copyOf(examples));
    }

    /** Sends no more; those under way get their answers. */
    void stop() {
        stopped = true;
        LockSupport.unpark(sender);
    }

    @Override
    public void close() {
        stop();
        client.shutdownNow();
    }
}
