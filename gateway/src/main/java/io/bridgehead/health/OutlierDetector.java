package io.bridgehead.health;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints of one service in one site real traffic has shown to be ill. An ejected endpoint gets no request until its
 * time is over; an endpoint that is ejected again stays away longer. The last endpoint is never ejected.
 *
 * <p>Failures in a row eject at once. What compares counts over an interval, at whose end the caller asks {@link #endInterval} where the
 * bar lies and then {@link Watch#judge judges} each endpoint by it.
 *
 * <p><b>Life cycle.</b> One detector for each service on each event loop; {@link #watch} gives a record to each endpoint,
 * which is closed when the endpoint leaves the service. Time is any clock that does not go back, in milliseconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class OutlierDetector {
    private static final double NO_BAR = -1;

    private final OutlierPolicy policy;
    private final List<Watch> watched = new ArrayList<>();
    private int ejected;

    public OutlierDetector(OutlierPolicy policy) {
        this.policy = policy;
    }

    /** Begins to watch one endpoint. */
    public Watch watch() {
        Watch watch = new Watch(this);
        watched.add(watch);
        return watch;
    }

    /**
     * What the interval that has just ended asks of endpoints.
     *
     * @param successBelow the share of successes, 0 to 1, below which an endpoint is an outlier; negative if none is
     * @param judgesFailures whether enough endpoints had enough requests for failures to be judged
     */
    public record Bar(double successBelow, boolean judgesFailures) {}

    /** The interval is over: where the bar lies. Each endpoint is to be judged by it then, which begins its next interval. */
    public Bar endInterval(long nowMillis) {
        OutlierPolicy.SuccessRate rate = policy.successRate();
        OutlierPolicy.FailurePercentage failures = policy.failurePercentage();
        double successBelow = NO_BAR;
        if (rate != null && judged(rate.requestVolume(), nowMillis) >= rate.minimumHosts()) {
            successBelow = successBar(rate, nowMillis);
        }
        boolean judgesFailures =
                failures != null && judged(failures.requestVolume(), nowMillis) >= failures.minimumHosts();
        return new Bar(successBelow, judgesFailures);
    }

    private int judged(int requestVolume, long nowMillis) {
        int count = 0;
        for (Watch watch : watched) {
            count += watch.isJudged(requestVolume, nowMillis) ? 1 : 0;
        }
        return count;
    }

    private double successBar(OutlierPolicy.SuccessRate rate, long nowMillis) {
        int count = 0;
        double sum = 0;
        double squares = 0;
        for (Watch watch : watched) {
            if (watch.isJudged(rate.requestVolume(), nowMillis)) {
                count++;
                sum += watch.successShare();
            }
        }
        double mean = sum / count;
        for (Watch watch : watched) {
            if (watch.isJudged(rate.requestVolume(), nowMillis)) {
                double distance = watch.successShare() - mean;
                squares += distance * distance;
            }
        }
        return mean - rate.stdevFactor() * Math.sqrt(squares / count);
    }

    /** What traffic has shown of one endpoint. Counting allocates nothing. */
    @OwnedBy(Owner.EVENT_LOOP)
    public static final class Watch implements AutoCloseable {
        private final OutlierDetector detector;
        private int connectFailures;
        private int gatewayErrors;
        private int serverErrors;
        private int successes;
        private int failures;
        private int ejections;
        private boolean ejected;
        private boolean refutable;
        private long until;
        private boolean closed;

        private Watch(OutlierDetector detector) {
            this.detector = detector;
        }

        /** A real attempt was answered, and not with a server error. */
        public void succeeded() {
            successes++;
            connectFailures = 0;
            gatewayErrors = 0;
            serverErrors = 0;
        }

        /**
         * A real attempt failed.
         *
         * @return whether the endpoint is ejected because of it, from now on; worth an immediate probe
         */
        public boolean failed(Symptom symptom, long nowMillis) {
            failures++;
            OutlierPolicy.Consecutive policy = detector.policy.consecutive();
            boolean tooMany = switch (symptom) {
                case CONNECT -> reached(++connectFailures, policy.localOriginFailures());
                case GATEWAY -> {
                    connectFailures = 0;
                    // both count, whichever is reached
                    boolean asServerError = reached(++serverErrors, policy.serverErrors());
                    yield reached(++gatewayErrors, policy.gatewayErrors()) || asServerError;
                }
                case SERVER -> {
                    connectFailures = 0;
                    gatewayErrors = 0;
                    yield reached(++serverErrors, policy.serverErrors());
                }
            };
            return tooMany && !isEjected(nowMillis) && eject(symptom == Symptom.CONNECT, nowMillis);
        }

        /**
         * The interval is over, and its bar is known.
         *
         * @return why the endpoint is ejected from now on; null if it is not
         */
        public @Nullable String judge(Bar bar, long nowMillis) {
            String why = isEjected(nowMillis) ? null : whyOutlier(bar);
            successes = 0;
            failures = 0;
            return why != null && eject(false, nowMillis) ? why : null;
        }

        private @Nullable String whyOutlier(Bar bar) {
            OutlierPolicy.SuccessRate rate = detector.policy.successRate();
            if (rate != null && requests() >= rate.requestVolume() && successShare() < bar.successBelow()) {
                return "successRate: " + percent(successShare()) + " of its requests succeeded, the bar was "
                        + percent(bar.successBelow());
            }
            OutlierPolicy.FailurePercentage failing = detector.policy.failurePercentage();
            boolean tooMany = failing != null
                    && bar.judgesFailures()
                    && requests() >= failing.requestVolume()
                    && 100.0 * failures >= (double) failing.threshold() * requests();
            return tooMany ? "failurePercentage: " + percent(1 - successShare()) + " of its requests failed" : null;
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.1f %%", share * 100);
        }

        private int requests() {
            return successes + failures;
        }

        private double successShare() {
            return successes / (double) requests();
        }

        private boolean isJudged(int requestVolume, long nowMillis) {
            return requests() >= requestVolume && !isEjected(nowMillis);
        }

        /**
         * A probe found the endpoint fit. Ends an ejection for failed connections, which a probe refutes; any other
         * runs its time, for an endpoint may answer probes and fail requests.
         */
        public void probed() {
            if (ejected && refutable) {
                release();
            }
        }

        /** Whether the endpoint is to be left alone now. */
        public boolean isEjected(long nowMillis) {
            if (ejected && nowMillis >= until) {
                release();
            }
            return ejected;
        }

        /** Stops watching: the endpoint has left the service. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                if (ejected) {
                    release();
                }
                detector.watched.remove(this);
            }
        }

        private boolean eject(boolean probesMayRefute, long nowMillis) {
            assert !closed : "an endpoint that has left cannot be ejected";
            OutlierPolicy.Ejection policy = detector.policy.ejection();
            if (detector.ejected >= policy.countMax(detector.watched.size())) {
                return false;
            }
            long base = policy.base().toMillis();
            // Every base period spent in favour since the last ejection forgives one.
            long forgiven = ejections == 0 ? 0 : (nowMillis - until) / base;
            ejections = (int) Math.max(0, ejections - Math.max(0, forgiven)) + 1;
            until = nowMillis + Math.min(base * ejections, policy.max().toMillis());
            ejected = true;
            refutable = probesMayRefute;
            detector.ejected++;
            return true;
        }

        private void release() {
            ejected = false;
            connectFailures = 0;
            gatewayErrors = 0;
            serverErrors = 0;
            detector.ejected--;
        }

        private static boolean reached(int count, int threshold) {
            return threshold > 0 && count >= threshold;
        }
    }
}
