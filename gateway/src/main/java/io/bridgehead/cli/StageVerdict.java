package io.bridgehead.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether nodes that try a change answer worse than usual: than before, or, when that is not known, than the nodes that do not try it. Those are
 * asked last because their requests may end at nodes that try it.
 *
 * @param failuresMin how many exchanges must have failed before a share means anything
 * @param rise by how many percentage points the share of failed exchanges may be above the usual one
 */
record StageVerdict(long failuresMin, double rise) {
    private static final double PERCENT = 100;

    /**
     * Exchanges of some nodes over some time.
     *
     * @param requests that ended
     * @param failed of them
     */
    record Answered(long requests, long failed) {
        static final Answered NOTHING = new Answered(0, 0);

        Answered plus(Answered other) {
            return new Answered(requests + other.requests, failed + other.failed);
        }

        /** What came after an earlier count; a node that was started again meanwhile counts from nothing. */
        Answered since(Answered earlier) {
            boolean again = requests < earlier.requests || failed < earlier.failed;
            return again ? this : new Answered(requests - earlier.requests, failed - earlier.failed);
        }

        double percentFailed() {
            return requests == 0 ? 0 : PERCENT * failed / requests;
        }

        @Override
        public String toString() {
            return failed + " of " + requests + String.format(Locale.ROOT, " (%.1f %%)", percentFailed());
        }
    }

    /**
     * Why the change is to be stopped; null when it is not.
     *
     * @param trying what nodes answered that try it
     * @param others what the others answered at the same time
     * @param before what all answered before
     */
    @Nullable
    String objection(Answered trying, Answered others, Answered before) {
        double usual = before.requests() > 0 ? before.percentFailed() : others.percentFailed();
        boolean worse = trying.failed() >= failuresMin && trying.percentFailed() > usual + rise;
        return worse
                ? "exchanges refused or answered with 5xx: " + trying + " where it is tried, " + others
                        + " on other nodes, " + before + " before; at most " + rise + " points more are accepted"
                : null;
    }
}
