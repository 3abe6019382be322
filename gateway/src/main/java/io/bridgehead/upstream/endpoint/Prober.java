package io.bridgehead.upstream.endpoint;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.ProxyHeader;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Probes one endpoint again and again, on one loop: at once, then at the check's interval give or take a tenth, so
 * that the nodes of a site do not fall into step.
 *
 * <p><b>Threads</b>: {@link #start}, {@link #soon} and {@link #stop} from any thread; they go to the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Prober {
    /** How long after a sign of trouble the next probe starts. */
    private static final long SOON_MILLIS = 100;

    private static final double JITTER = 0.1;

    private final EndpointLink link;
    private final HealthCheck check;
    private final ProxyHeader header;
    private final RandomGenerator random;
    private final Results results;
    private @Nullable Timer next;
    private boolean running;
    private boolean hastened;
    private boolean stopped;

    public Prober(EndpointLink link, HealthCheck check, ProxyHeader header, RandomGenerator random, Results results) {
        this.link = link;
        this.check = check;
        this.header = header;
        this.random = random;
        this.results = results;
    }

    /** Who is told what the probes find. */
    public interface Results {
        /**
         * A probe ended.
         *
         * @param startedNanos when it began, by the loop's clock
         * @param detail in words for people; empty after a success
         */
        void onProbed(boolean success, long startedNanos, String detail);
    }

    /** Begins with a probe now. */
    public void start() {
        link.loop().execute(this::run);
    }

    /** Something happened to the endpoint: probes it soon instead of at its time. */
    public void soon() {
        link.loop().execute(() -> {
            // Once only: signs of trouble that go on must not put the probe off again and again.
            if (!hastened && !running) {
                schedule(SOON_MILLIS);
            }
            hastened = true;
        });
    }

    /** No more probes; one that is under way is not reported. */
    public void stop() {
        link.loop().execute(() -> {
            stopped = true;
            cancelNext();
        });
    }

    private void run() {
        next = null;
        if (running || stopped) {
            return;
        }
        running = true;
        hastened = false;
        long started = link.loop().nanoTime();
        ProbeRun.start(link, check, header, (success, detail) -> ended(success, started, detail));
    }

    private void ended(boolean success, long started, String detail) {
        running = false;
        if (stopped) {
            return;
        }
        results.onProbed(success, started, detail);
        long elapsedMillis = (link.loop().nanoTime() - started) / 1_000_000;
        double jitter = 1 + JITTER * (2 * random.nextDouble() - 1);
        long interval = (long) (check.interval().toMillis() * jitter);
        schedule(hastened ? SOON_MILLIS : Math.max(1, interval - elapsedMillis));
    }

    private void schedule(long millis) {
        cancelNext();
        if (!stopped) {
            next = link.loop().after(millis, this::run);
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
