package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;

/**
 * Which {@link OverloadLevel} a pressure from 0 to 1 calls for.
 *
 * <p><b>State</b>: a level is entered as soon as the pressure reaches its threshold. It is left when the pressure has stayed below
 * {@value #LEAVE_AT} of the threshold for a second, for the level that fits then; so a pressure at a threshold does not make it flutter.
 */
@OwnedBy(Owner.CONTROL)
public final class OverloadLadder {
    private static final double LEAVE_AT = 0.95;
    private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Thresholds thresholds;
    private OverloadLevel level = OverloadLevel.NONE;
    private boolean falling;
    private long fallingSince;

    /**
     * At which pressure each level begins; each at or above the one before. Above 1 for never.
     *
     * @param shortenIdle {@link OverloadLevel#SHORTEN_IDLE}
     * @param endConnections {@link OverloadLevel#END_CONNECTIONS}
     * @param refuse {@link OverloadLevel#REFUSE}
     * @param stopAccepting {@link OverloadLevel#STOP_ACCEPTING}
     */
    public record Thresholds(double shortenIdle, double endConnections, double refuse, double stopAccepting) {
        /** @throws IllegalArgumentException if they do not rise */
        public Thresholds {
            if (!(shortenIdle > 0
                    && shortenIdle <= endConnections
                    && endConnections <= refuse
                    && refuse <= stopAccepting)) {
                throw new IllegalArgumentException("overload thresholds " + shortenIdle + ", " + endConnections + ", "
                        + refuse + ", " + stopAccepting + ": expected each above 0 and at or above the one before");
            }
        }

        private OverloadLevel level(double pressure) {
            if (pressure >= stopAccepting) {
                return OverloadLevel.STOP_ACCEPTING;
            }
            if (pressure >= refuse) {
                return OverloadLevel.REFUSE;
            }
            if (pressure >= endConnections) {
                return OverloadLevel.END_CONNECTIONS;
            }
            return pressure >= shortenIdle ? OverloadLevel.SHORTEN_IDLE : OverloadLevel.NONE;
        }
    }

    public OverloadLadder(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** Judges by other thresholds from now on; the level stays until the pressure calls for another. */
    public void use(Thresholds next) {
        thresholds = next;
    }

    /** Takes in the pressure of now. @return the level from now on */
    public OverloadLevel at(double pressure, long nowNanos) {
        OverloadLevel called = thresholds.level(pressure);
        if (called.compareTo(level) >= 0) {
            level = called;
            falling = false;
            return level;
        }
        OverloadLevel below = thresholds.level(pressure / LEAVE_AT);
        if (below.compareTo(level) >= 0) {
            falling = false;
        } else if (!falling) {
            falling = true;
            fallingSince = nowNanos;
        } else if (nowNanos - fallingSince >= HOLD_NANOS) {
            falling = false;
            level = below;
        }
        return level;
    }
}
