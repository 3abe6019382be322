package io.bridgehead.config;

import io.bridgehead.model.TraceFormat;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the node takes part in traces.
 *
 * @param propagation how requests say which trace they belong to, the preferred first
 * @param baggage where clients' {@code baggage} goes on
 * @param baggageKeys what of it goes on in any case
 * @param always what is recorded though it was not sampled
 */
public record TraceSettings(List<TraceFormat> propagation, Baggage baggage, List<String> baggageKeys, Always always) {
    public TraceSettings {
        propagation = List.copyOf(propagation);
        baggageKeys = List.copyOf(baggageKeys);
    }

    /** At which listeners clients' {@code baggage} goes on. */
    public enum Baggage {
        /** Those with {@code exposure: private}. */
        PRIVATE,
        /** All. */
        KEEP,
        /** None. */
        DROP
    }

    /**
     * What is recorded though it was not sampled, as decided when it has ended.
     *
     * @param errors whether what failed is
     * @param slowerThan what took longer to answer is; null for none
     * @param perSecond at most so many exchanges
     */
    public record Always(boolean errors, @Nullable Duration slowerThan, int perSecond) {}
}
