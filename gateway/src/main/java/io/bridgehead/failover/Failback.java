package io.bridgehead.failover;

import java.time.Duration;

/** How traffic returns to a site after its hold-down. */
public sealed interface Failback {
    /** All at once. The default. */
    record Immediate() implements Failback {
        @Override
        public String toString() {
            return "immediate";
        }
    }

    /**
     * Linearly from nothing to everything.
     *
     * @param over how long the way from 0 to 100 % takes
     */
    record Ramp(Duration over) implements Failback {
        /** @throws IllegalArgumentException if the duration is not positive */
        public Ramp {
            if (!over.isPositive()) {
                throw new IllegalArgumentException("failback over " + over + ": expected more than zero");
            }
        }

        @Override
        public String toString() {
            return "ramp over " + over.toMillis() + " ms";
        }
    }

    /** Only when an operator says so. */
    record Manual() implements Failback {
        @Override
        public String toString() {
            return "manual";
        }
    }
}
