package io.bridgehead.proxy;

import io.bridgehead.model.TraceFormat;
import java.util.List;
import java.util.Set;

/**
 * How a node takes part in traces.
 *
 * @param share the share of traces begun here that are sampled, 0 to 1
 * @param formats how requests say which trace they belong to: read in this order, the first that is there counts; endpoints get all of
 *     them. Between nodes it is always {@code traceparent}
 * @param baggage what becomes of what clients send in {@code baggage}
 */
public record TraceTerms(double share, List<TraceFormat> formats, Baggage baggage) {
    /** Every trace, W3C Trace Context, no baggage from clients. */
    public static final TraceTerms DEFAULT =
            new TraceTerms(1.0, List.of(TraceFormat.TRACECONTEXT), new Baggage(Baggage.Kept.NOWHERE, Set.of()));

    /** @throws IllegalArgumentException naming the value that is out of range */
    public TraceTerms {
        formats = List.copyOf(formats);
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of sampled traces " + share + ": expected 0 to 1");
        }
    }

    /** The same with another share. */
    public TraceTerms withShare(double other) {
        return new TraceTerms(other, formats, baggage);
    }

    boolean hasB3() {
        return formats.contains(TraceFormat.B3) || formats.contains(TraceFormat.B3MULTI);
    }

    /**
     * What clients may send along with a request to whoever serves it (W3C Baggage).
     *
     * @param kept where all of it goes on
     * @param keys what goes on elsewhere
     */
    public record Baggage(Kept kept, Set<String> keys) {
        /** Where all baggage of clients goes on. */
        public enum Kept {
            NOWHERE,
            /** Where no strangers come in. */
            WHERE_PRIVATE,
            EVERYWHERE
        }

        public Baggage {
            keys = Set.copyOf(keys);
        }

        boolean isKeptAt(EntryPoint entry) {
            return switch (kept) {
                case NOWHERE -> false;
                case WHERE_PRIVATE -> entry.isPrivate();
                case EVERYWHERE -> true;
            };
        }
    }
}
