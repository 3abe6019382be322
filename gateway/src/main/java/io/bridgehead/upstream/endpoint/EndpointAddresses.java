package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HostPort;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this node's endpoints. An address in text form is known at once; a name is looked up when it comes
 * into use and whenever its answer has lived its life. When a lookup fails or finds nothing the last good answer stays.
 * Of a name that has IPv4 and IPv6 addresses those of IPv4 are taken. Addresses that are not trusted are left out.
 *
 * <p><b>Threads</b>: {@link #of} from any thread and without waiting; the map's own guarantees carry the rest, since
 * every answer replaces a whole immutable value. {@link #use} and {@link #refresh} on one thread.
 *
 * <p><b>Limits</b>: {@value #ADDRESSES_MAX} addresses of a name, the first in order; {@value #LOOKUPS_MAX} lookups at once, others wait for their
 * turn.
 */
public final class EndpointAddresses {
    /** How the problem of an endpoint ends whose address the node's trust refuses. */
    public static final String NOT_TRUSTED = "expected an address that trust.endpoints in gateway.yaml allows";

    static final int ADDRESSES_MAX = 128;

    private static final int LOOKUPS_MAX = 64;
    /** When a name is looked up again after a lookup that failed. */
    private static final Duration AGAIN_AFTER_FAILURE = Duration.ofSeconds(5);

    private final NameLookup lookup;
    private final EndpointTrust trust;
    private final LongSupplier nanoTime;
    private final Consumer<HostPort> onChanged;
    private final Map<HostPort, Resolved> known = new ConcurrentHashMap<>();
    /** When each name is to be looked up again; without an entry while it is being looked up. */
    private final Map<HostPort, Long> due = new ConcurrentHashMap<>();

    private final AtomicInteger asked = new AtomicInteger();

    /**
     * @param nanoTime a clock that does not go back
     * @param onChanged is told, on any thread, when what {@link #of} answers for an endpoint has changed
     */
    public EndpointAddresses(
            NameLookup lookup, EndpointTrust trust, LongSupplier nanoTime, Consumer<HostPort> onChanged) {
        this.lookup = lookup;
        this.trust = trust;
        this.nanoTime = nanoTime;
        this.onChanged = onChanged;
    }

    /**
     * What is known of one endpoint's addresses.
     *
     * @param addresses where to connect, in order, each once; empty when there is none
     * @param problem why there is none, or why the last lookup failed; empty when all is well
     * @param failing since when lookups of its name fail; null unless the last one did
     */
    public record Resolved(
            List<InetSocketAddress> addresses,
            String problem,
            @Nullable Failing failing) {
        static final Resolved WAITING = new Resolved(List.of(), "its name has not been looked up yet", null);

        public Resolved {
            addresses = List.copyOf(addresses);
        }

        /** Whether there is somewhere to connect to. */
        public boolean usable() {
            return !addresses.isEmpty();
        }
    }

    /** Since when lookups of a name fail, by the clock that does not go back. */
    public record Failing(long sinceNanos) {}

    /** Whether an endpoint's host is a name, and not an address in text form. */
    public static boolean isName(HostPort endpoint) {
        return literal(endpoint) == null;
    }

    /** These endpoints are in use from now on; others are forgotten. */
    public void use(Collection<HostPort> endpoints) {
        useNoOthers(Set.copyOf(endpoints));
        endpoints.forEach(this::useAlso);
    }

    /** This endpoint is in use from now on, beside others. */
    public void useAlso(HostPort endpoint) {
        if (!known.containsKey(endpoint)) {
            begin(endpoint);
        }
    }

    /** What is in use beside these is forgotten. */
    public void useNoOthers(Set<HostPort> endpoints) {
        known.keySet().retainAll(endpoints);
        due.keySet().retainAll(endpoints);
    }

    /** Looks names up again whose time has come; to be called often. */
    public void refresh() {
        long now = nanoTime.getAsLong();
        due.forEach((endpoint, when) -> {
            if (when - now <= 0 && asked.get() < LOOKUPS_MAX) {
                lookUp(endpoint);
            }
        });
    }

    /** What is known of an endpoint now. */
    public Resolved of(HostPort endpoint) {
        return known.getOrDefault(endpoint, Resolved.WAITING);
    }

    /** For how long lookups of an endpoint's name have failed; zero unless the last one did. */
    public Duration failingFor(Resolved resolved) {
        return resolved.failing == null
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(1, nanoTime.getAsLong() - resolved.failing.sinceNanos));
    }

    private void begin(HostPort endpoint) {
        InetAddress literal = literal(endpoint);
        if (literal != null) {
            known.put(endpoint, judged(endpoint, List.of(literal)));
            return;
        }
        known.put(endpoint, Resolved.WAITING);
        due.put(endpoint, nanoTime.getAsLong());
        if (asked.get() < LOOKUPS_MAX) {
            lookUp(endpoint);
        }
    }

    private static @Nullable InetAddress literal(HostPort endpoint) {
        return NetUtil.createInetAddressFromIpAddressString(endpoint.host());
    }

    private void lookUp(HostPort endpoint) {
        asked.incrementAndGet();
        due.remove(endpoint);
        lookup.lookup(endpoint.host(), new NameLookup.Answer() {
            @Override
            public void found(List<InetAddress> addresses, Duration life) {
                if (addresses.isEmpty()) {
                    failed("the answer has no address");
                    return;
                }
                answered(endpoint, life);
                replace(endpoint, judged(endpoint, addresses));
            }

            @Override
            public void failed(String problem) {
                answered(endpoint, AGAIN_AFTER_FAILURE);
                Resolved last = of(endpoint);
                Failing failing = last.failing == null ? new Failing(nanoTime.getAsLong()) : last.failing;
                replace(endpoint, new Resolved(last.addresses, "the lookup of its name failed: " + problem, failing));
            }
        });
    }

    private void answered(HostPort endpoint, Duration again) {
        asked.decrementAndGet();
        if (known.containsKey(endpoint)) {
            due.put(endpoint, nanoTime.getAsLong() + again.toNanos());
        }
    }

    private void replace(HostPort endpoint, Resolved now) {
        Resolved before = known.replace(endpoint, now);
        if (before != null && !before.equals(now)) {
            onChanged.accept(endpoint);
        }
    }

    private Resolved judged(HostPort endpoint, List<InetAddress> addresses) {
        List<InetSocketAddress> trusted = new ArrayList<>(addresses.size());
        String problem = "";
        for (InetAddress address : ordered(addresses)) {
            InetSocketAddress candidate = new InetSocketAddress(named(endpoint, address), endpoint.port());
            String refusal = trust.refusal(candidate);
            if (refusal == null) {
                trusted.add(candidate);
            } else {
                problem = "endpoint " + endpoint + " lies at " + address.getHostAddress() + ", " + refusal + ": "
                        + NOT_TRUSTED;
            }
        }
        return new Resolved(trusted, problem, null);
    }

    /** Answers come in any order, and say nothing by it. */
    private static List<InetAddress> ordered(List<InetAddress> addresses) {
        if (addresses.size() == 1) {
            return addresses;
        }
        boolean v4 = addresses.stream().anyMatch(Inet4Address.class::isInstance);
        return addresses.stream()
                .filter(address -> !v4 || address instanceof Inet4Address)
                .distinct()
                .sorted((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()))
                .limit(ADDRESSES_MAX)
                .toList();
    }

    /** The address with its name attached, so that nobody ever asks the system for it. */
    private static InetAddress named(HostPort endpoint, InetAddress address) {
        try {
            return InetAddress.getByAddress(endpoint.host(), address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + endpoint + ": expected 4 or 16 bytes", e);
        }
    }
}
