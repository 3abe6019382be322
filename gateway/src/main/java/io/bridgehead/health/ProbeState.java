package io.bridgehead.health;

/**
 * What the probes of one endpoint have shown so far; immutable, each verdict makes the next state.
 *
 * <pre>
 * UNKNOWN --success--> HEALTHY --unhealthyThreshold failures in a row--> UNHEALTHY
 * UNKNOWN --failure--> UNHEALTHY --healthyThreshold successes in a row--> HEALTHY
 * </pre>
 *
 * The first probe decides at once: an endpoint that has never answered is not sent requests to find out.
 *
 * @param verdict what is held to be true
 * @param streak verdicts in a row that speak against it
 */
public record ProbeState(Verdict verdict, int streak) {
    /** Before the first probe. */
    public static final ProbeState UNKNOWN = new ProbeState(Verdict.UNKNOWN, 0);

    private static final ProbeState HEALTHY = new ProbeState(Verdict.HEALTHY, 0);
    private static final ProbeState UNHEALTHY = new ProbeState(Verdict.UNHEALTHY, 0);

    /** What is held to be true of an endpoint. */
    public enum Verdict {
        /** No probe has ended yet. */
        UNKNOWN,
        /** Requests may be sent to it. */
        HEALTHY,
        /** No request is sent to it. */
        UNHEALTHY
    }

    /** The state after a probe that succeeded or failed. */
    public ProbeState after(boolean success, HealthCheck check) {
        return switch (verdict) {
            case UNKNOWN -> success ? HEALTHY : UNHEALTHY;
            case HEALTHY -> success ? HEALTHY : against(check.unhealthyThreshold(), UNHEALTHY);
            case UNHEALTHY -> success ? against(check.healthyThreshold(), HEALTHY) : UNHEALTHY;
        };
    }

    private ProbeState against(int threshold, ProbeState opposite) {
        return streak + 1 >= threshold ? opposite : new ProbeState(verdict, streak + 1);
    }

    /** Whether requests may be sent to the endpoint. */
    public boolean isFit() {
        return verdict == Verdict.HEALTHY;
    }
}
