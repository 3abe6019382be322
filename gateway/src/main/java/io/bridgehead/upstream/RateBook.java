package io.bridgehead.upstream;

import io.bridgehead.limit.RateLimiter;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The rate limits of all services on this node.
 *
 * <p><b>Threads</b>: the failover context, but for {@link #all}.
 */
@OwnedBy(Owner.FAILOVER)
public final class RateBook {
    private final Supplier<Map<ServiceName, ServiceState>> services;
    private final LongSupplier nanoTime;
    /** Those that have limits, and some that had: looking through all services takes long when they are many. */
    private final Map<ServiceName, ServiceState> limited = new ConcurrentHashMap<>();

    private double part = 1;

    RateBook(Supplier<Map<ServiceName, ServiceState>> services, LongSupplier nanoTime) {
        this.services = services;
        this.nanoTime = nanoTime;
    }

    /** Takes over what the definition of a service says. */
    void define(ServiceState service) {
        service.rates().define(service.definition().route().resilience().rates(), part, nanoTime.getAsLong());
        ServiceName name = service.definition().route().name();
        if (!service.rates().limiters().isEmpty()) {
            limited.put(name, service);
        }
    }

    /** Other services serve from now on: all that are to be defined have been. */
    void replaced() {
        limited.entrySet().removeIf(one -> !serves(one.getKey(), one.getValue()));
    }

    private boolean serves(ServiceName name, ServiceState service) {
        return services.get().get(name) == service;
    }

    /** Limits of the fabric that are new have this part of their rate on this node at first. */
    public void part(double other) {
        part = other;
    }

    /** Gives up buckets that are full; about once a second. */
    void tidy() {
        long now = nanoTime.getAsLong();
        limited.values().forEach(service -> service.rates().tidy(now));
    }

    /** The limits of each service that has some, with what they have let through and refused; any thread. */
    public Map<ServiceName, List<RateLimiter>> all() {
        Map<ServiceName, List<RateLimiter>> all = new TreeMap<>();
        limited.forEach((name, service) -> {
            List<RateLimiter> limiters = service.rates().limiters();
            if (!limiters.isEmpty() && serves(name, service)) {
                all.put(name, limiters);
            }
        });
        return all;
    }
}
