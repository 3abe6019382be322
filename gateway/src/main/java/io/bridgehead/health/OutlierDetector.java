package io.bridgehead.health;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * Which endpoints of one service in one site real traffic has shown to be ill. An ejected endpoint gets no request until its
 * time is over; an endpoint that is ejected again stays away longer. The last endpoint is never ejected.
 *
 * <p><b>Life cycle.</b> One detector for each service on each event loop; {@link #watch} gives a record to each endpoint,
 * which is closed when the endpoint leaves the service. Time is any clock that does not go back, in milliseconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class OutlierDetector {
    private final OutlierPolicy policy;
    private int watched;
    private int ejected;

    public OutlierDetector(OutlierPolicy policy) {
        this.policy = policy;
    }

    /** Begins to watch one endpoint. */
    public Watch watch() {
        watched++;
        return new Watch(this);
    }

    /** What traffic has shown of one endpoint. Allocates nothing after its creation. */
    @OwnedBy(Owner.EVENT_LOOP)
    public static final class Watch implements AutoCloseable {
        private final OutlierDetector detector;
        private int connectFailures;
        private int gatewayErrors;
        private int ejections;
        private boolean ejected;
        private Symptom cause = Symptom.CONNECT;
        private long until;
        private boolean closed;

        private Watch(OutlierDetector detector) {
            this.detector = detector;
        }

        /** A real attempt was answered, and not with a gateway error. */
        public void succeeded() {
            connectFailures = 0;
            gatewayErrors = 0;
        }

        /**
         * A real attempt failed.
         *
         * @return whether the endpoint is ejected because of it, from now on; worth an immediate probe
         */
        public boolean failed(Symptom symptom, long nowMillis) {
            OutlierPolicy policy = detector.policy;
            boolean tooMany = switch (symptom) {
                case CONNECT -> reached(++connectFailures, policy.connectFailures());
                case GATEWAY -> {
                    connectFailures = 0;
                    yield reached(++gatewayErrors, policy.gatewayErrors());
                }
            };
            return tooMany && !isEjected(nowMillis) && eject(symptom, nowMillis);
        }

        /**
         * A probe found the endpoint fit. Ends an ejection for failed connections, which a probe refutes; one for gateway
         * errors runs its time, for an endpoint may answer probes and fail requests.
         */
        public void probed() {
            if (ejected && cause == Symptom.CONNECT) {
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
                detector.watched--;
            }
        }

        private boolean eject(Symptom symptom, long nowMillis) {
            assert !closed : "an endpoint that has left cannot be ejected";
            if (detector.ejected >= detector.policy.ejectedMax(detector.watched)) {
                return false;
            }
            long base = detector.policy.baseEjection().toMillis();
            // Every base period spent in favour since the last ejection forgives one.
            long forgiven = ejections == 0 ? 0 : (nowMillis - until) / base;
            ejections = (int) Math.max(0, ejections - Math.max(0, forgiven)) + 1;
            until = nowMillis
                    + Math.min(base * ejections, detector.policy.maxEjection().toMillis());
            ejected = true;
            cause = symptom;
            detector.ejected++;
            return true;
        }

        private void release() {
            ejected = false;
            connectFailures = 0;
            gatewayErrors = 0;
            detector.ejected--;
        }

        private static boolean reached(int count, int threshold) {
            return threshold > 0 && count >= threshold;
        }
    }
}
