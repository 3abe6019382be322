package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HostPort;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this node's endpoints. An address in text form is known at once; a name is looked up when it comes
 * into use and at every {@link #refresh}. When a lookup fails the last good answer stays. Addresses that are not
 * trusted are left out.
 *
 * <p><b>Threads</b>: {@link #of} from any thread and without waiting; the map's own guarantees carry the rest, since
 * every answer replaces a whole immutable value.
 */
public final class EndpointAddresses {
    /** How the problem of an endpoint ends whose address the node's trust refuses. */
    public static final String NOT_TRUSTED = "expected an address that trust.endpoints in gateway.yaml allows";

    private final NameLookup lookup;
    private final EndpointTrust trust;
    private final Consumer<HostPort> onChanged;
    private final Map<HostPort, Resolved> known = new ConcurrentHashMap<>();

    /** @param onChanged is told, on any thread, when what {@link #of} answers for an endpoint has changed */
    public EndpointAddresses(NameLookup lookup, EndpointTrust trust, Consumer<HostPort> onChanged) {
        this.lookup = lookup;
        this.trust = trust;
        this.onChanged = onChanged;
    }

    /**
     * What is known of one endpoint's addresses.
     *
     * @param addresses where to connect, in order; empty when there is none
     * @param problem why there is none, or why the last lookup failed; empty when all is well
     */
    public record Resolved(List<InetSocketAddress> addresses, String problem) {
        static final Resolved WAITING = new Resolved(List.of(), "its name has not been looked up yet");

        /** Whether there is somewhere to connect to. */
        public boolean usable() {
            return !addresses.isEmpty();
        }
    }

    /** These endpoints are in use from now on; others are forgotten. */
    public void use(Collection<HostPort> endpoints) {
        Set<HostPort> wanted = Set.copyOf(endpoints);
        known.keySet().retainAll(wanted);
        for (HostPort endpoint : wanted) {
            if (!known.containsKey(endpoint)) {
                begin(endpoint);
            }
        }
    }

    /** Looks every name up again. */
    public void refresh() {
        for (HostPort endpoint : known.keySet()) {
            if (literal(endpoint) == null) {
                lookUp(endpoint);
            }
        }
    }

    /** What is known of an endpoint now. */
    public Resolved of(HostPort endpoint) {
        return known.getOrDefault(endpoint, Resolved.WAITING);
    }

    private void begin(HostPort endpoint) {
        InetAddress literal = literal(endpoint);
        if (literal != null) {
            known.put(endpoint, judged(endpoint, List.of(literal)));
        } else {
            known.put(endpoint, Resolved.WAITING);
            lookUp(endpoint);
        }
    }

    private static @Nullable InetAddress literal(HostPort endpoint) {
        return NetUtil.createInetAddressFromIpAddressString(endpoint.host());
    }

    private void lookUp(HostPort endpoint) {
        lookup.lookup(endpoint.host(), new NameLookup.Answer() {
            @Override
            public void found(List<InetAddress> addresses) {
                replace(endpoint, judged(endpoint, addresses));
            }

            @Override
            public void failed(String problem) {
                replace(endpoint, new Resolved(of(endpoint).addresses(), "the lookup of its name failed: " + problem));
            }
        });
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
        for (InetAddress address : addresses) {
            InetSocketAddress candidate = new InetSocketAddress(named(endpoint, address), endpoint.port());
            String refusal = trust.refusal(candidate);
            if (refusal == null) {
                trusted.add(candidate);
            } else {
                problem = "endpoint " + endpoint + " lies at " + address.getHostAddress() + ", " + refusal + ": "
                        + NOT_TRUSTED;
            }
        }
        return new Resolved(List.copyOf(trusted), problem);
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
