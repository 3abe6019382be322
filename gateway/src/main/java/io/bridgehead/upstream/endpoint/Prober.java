package io.bridgehead.upstream.endpoint;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ProbeState;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.ProxyHeader;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Probes one endpoint again and again, on one loop: at a random moment of a first span, then at the check's interval give or take its jitter, so
 * that neither the probes of a node nor the nodes of a site fall into step. A probe whose time has come waits for its turn
 * ({@link ProbeTurns}); its timeout begins with it, so waiting speaks neither for the endpoint nor against it.
 *
 * <p><b>Threads</b>: {@link #start}, {@link #soon} and {@link #stop} from any thread; they go to the loop.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Prober {
    /** How long after a sign of trouble the next probe starts. */
    private static final long SOON_MILLIS = 100;

    private final EndpointLink link;
    private final HealthCheck check;
    private final ProxyHeader header;
    private final RandomGenerator random;
    private final Results results;
    private final ProbeTurns.Place place;
    private ProbeState state = ProbeState.UNKNOWN;
    private @Nullable Timer next;
    private boolean running;
    private boolean hastened;
    private boolean stopped;

    /** @param turns of the link's loop */
    public Prober(
            EndpointLink link,
            HealthCheck check,
            ProxyHeader header,
            RandomGenerator random,
            ProbeTurns turns,
            Results results) {
        this.link = link;
        this.check = check;
        this.header = header;
        this.random = random;
        this.results = results;
        this.place = turns.place(this::begin);
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

    /** The loop that it probes on. */
    public Loop loop() {
        return link.loop();
    }

    /** Begins with a probe at a random moment within so many milliseconds; 1 for now. */
    public void start(long withinMillis) {
        link.loop().execute(() -> {
            if (withinMillis <= 1) {
                due();
            } else {
                schedule(random.nextLong(withinMillis));
            }
        });
    }

    /** Something happened to the endpoint: probes it soon instead of at its time. */
    public void soon() {
        link.loop().execute(() -> {
            // Once only: signs of trouble that go on must not put the probe off again and again.
            if (!hastened && place.waits()) {
                place.ask(true);
            } else if (!hastened && !running) {
                schedule(SOON_MILLIS);
            }
            hastened = true;
        });
    }

    /** No more probes; one that is under way is not reported. */
    public void stop() {
        link.loop().execute(() -> {
            stopped = true;
            place.leave();
            cancelNext();
        });
    }

    private void due() {
        next = null;
        if (!running && !stopped && !place.waits()) {
            place.ask(hastened);
        }
    }

    private void begin() {
        running = true;
        hastened = false;
        long started = link.loop().nanoTime();
        ProbeRun.start(link, check, header, new ProbeRun.Done() {
            @Override
            public void probed(boolean success, String detail) {
                if (ended()) {
                    state = state.after(success, check);
                    results.onProbed(success, started, detail);
                    again(started);
                }
            }

            @Override
            public void notMade() {
                if (ended()) {
                    again(started);
                }
            }
        });
    }

    /** The probe is over. @return whether that still matters */
    private boolean ended() {
        place.ended();
        running = false;
        return !stopped;
    }

    private void again(long started) {
        long elapsedMillis = (link.loop().nanoTime() - started) / 1_000_000;
        double jitter = 1 + check.jitterPercent() / 100.0 * (2 * random.nextDouble() - 1);
        boolean unhealthy = state.verdict() == ProbeState.Verdict.UNHEALTHY;
        Duration base = unhealthy ? check.unhealthyInterval() : check.interval();
        long interval = (long) (base.toMillis() * jitter);
        schedule(hastened ? SOON_MILLIS : Math.max(1, interval - elapsedMillis));
    }

    private void schedule(long millis) {
        cancelNext();
        if (!stopped) {
            next = link.loop().after(millis, this::due);
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
