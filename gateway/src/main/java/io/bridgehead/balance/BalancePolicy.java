package io.bridgehead.balance;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a service spreads requests over its endpoints in one site.
 *
 * @param kind how one is chosen
 * @param hashOn what of a request is hashed; null exactly if the kind does not hash
 * @param slowStart over which an endpoint that has come or come back gets its full share; zero for at once
 * @param panicBelowPercent share of fit endpoints below which unfit ones are used too; 0 for never
 * @param preferZone whether endpoints of the node's own zone come first
 * @param traits what is said of endpoints beside their address, by site; those of whom nothing is said are left out
 */
public record BalancePolicy(
        BalanceKind kind,
        @Nullable HashOn hashOn,
        Duration slowStart,
        int panicBelowPercent,
        boolean preferZone,
        Map<SiteName, Map<Endpoint, Traits>> traits) {
    /** The less loaded of two, all endpoints alike. */
    public static final BalancePolicy DEFAULT =
            new BalancePolicy(BalanceKind.LEAST_REQUEST, null, Duration.ZERO, 0, true, Map.of());

    /** @throws IllegalArgumentException naming what is out of range or does not fit */
    public BalancePolicy {
        if (kind.hashes() != (hashOn != null)) {
            throw new IllegalArgumentException("balance " + kind + ", hashOn " + hashOn
                    + ": expected something to hash for a kind that hashes, nothing for others");
        }
        if (slowStart.isNegative()) {
            throw new IllegalArgumentException("slowStart " + slowStart + ": expected none or more");
        }
        if (panicBelowPercent < 0 || panicBelowPercent > 100) {
            throw new IllegalArgumentException("panicBelow " + panicBelowPercent + " %: expected 0 to 100");
        }
        Map<SiteName, Map<Endpoint, Traits>> copy = new HashMap<>();
        traits.forEach((site, ofEndpoints) -> copy.put(site, Map.copyOf(ofEndpoints)));
        traits = Map.copyOf(copy);
    }

    /** The default with another kind that does not hash. */
    public static BalancePolicy of(BalanceKind kind) {
        return new BalancePolicy(kind, null, Duration.ZERO, 0, true, Map.of());
    }

    /** What is said of an endpoint. */
    public Traits traits(SiteName site, Endpoint endpoint) {
        return traits.getOrDefault(site, Map.of()).getOrDefault(endpoint, Traits.NONE);
    }

    /**
     * What is said of an endpoint beside its address.
     *
     * @param weight its part of requests against others of the site; 1 to {@value #WEIGHT_MAX}
     * @param zone where in its site it is; empty when nobody says
     */
    public record Traits(int weight, String zone) {
        public static final int WEIGHT_MAX = 128;
        public static final Traits NONE = new Traits(1, "");

        /** @throws IllegalArgumentException if the weight is out of range */
        public Traits {
            if (weight < 1 || weight > WEIGHT_MAX) {
                throw new IllegalArgumentException("weight " + weight + ": expected 1 to " + WEIGHT_MAX);
            }
        }
    }

    /** What of a request is hashed; a request without it goes to the less loaded of two endpoints. */
    public sealed interface HashOn {
        /** The first value of a header field. */
        record Header(HeaderName name) implements HashOn {}

        /** The value of a cookie. */
        record Cookie(String name) implements HashOn {}

        /** The client's IP address, without its port. */
        record Source() implements HashOn {}
    }
}
