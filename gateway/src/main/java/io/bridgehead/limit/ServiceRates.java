package io.bridgehead.limit;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits of one service on this node; they outlive the routing tables that name the service. A limit that stays as it was keeps its
 * buckets, one that is changed begins anew.
 *
 * <p><b>Threads</b>: any may take; one at a time defines.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ServiceRates {
    private volatile List<RateLimiter> limiters = List.of();

    /**
     * Takes over what a table says.
     *
     * @param part of new limits of the fabric that is this node's for the time being
     */
    public void define(List<RateLimit> limits, double part, long nowNanos) {
        List<RateLimiter> before = limiters;
        if (before.stream().map(RateLimiter::limit).toList().equals(limits)) {
            return;
        }
        List<RateLimiter> next = new ArrayList<>();
        for (RateLimit limit : limits) {
            next.add(before.stream()
                    .filter(one -> one.limit().equals(limit))
                    .findFirst()
                    .orElseGet(() -> new RateLimiter(limit, part, nowNanos)));
        }
        limiters = List.copyOf(next);
    }

    /** A limit that a request is above, and in how many nanoseconds the next token comes. */
    public record Excess(RateLimit limit, long waitNanos) {}

    /**
     * Takes a token of every limit that counts a request, or none at all.
     *
     * @param method empty for a connection
     * @param path as the client asked for it; empty for a connection
     * @param rule that took the request, for people; null where a host alone decided
     * @param fields null for a connection
     * @return the first limit that has none left, or null
     */
    public @Nullable Excess take(
            String method,
            String path,
            @Nullable String rule,
            Caller caller,
            @Nullable HeaderFields fields,
            long nowNanos) {
        List<RateLimiter> all = limiters;
        for (int i = 0; i < all.size(); i++) {
            RateLimiter limiter = all.get(i);
            long wait = limiter.limit().match().fits(method, path, rule) ? limiter.take(caller, fields, nowNanos) : 0;
            if (wait > 0) {
                for (int j = 0; j < i; j++) {
                    if (all.get(j).limit().match().fits(method, path, rule)) {
                        all.get(j).giveBack(caller, fields);
                    }
                }
                return new Excess(limiter.limit(), wait);
            }
        }
        return null;
    }

    /** Each with what it has let through and refused. */
    public List<RateLimiter> limiters() {
        return limiters;
    }

    /** Gives up buckets that are full; about once a second. */
    public void tidy(long nowNanos) {
        for (RateLimiter limiter : limiters) {
            limiter.tidy(nowNanos);
        }
    }
}
