package io.bridgehead.upstream;

import io.bridgehead.limit.ServiceRates;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that one loop knows of where requests can go: its connections to endpoints, and its view of what the node's
 * {@link ServiceRegistry} has found out.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class LoopUpstreams implements Upstreams {
    private final LoopParts parts;
    private final Supplier<Map<ServiceName, ServiceState>> states;
    private final Supplier<Map<ServiceName, ServiceState>> departed;
    private final Map<ServiceName, LoopService> services = new HashMap<>();
    private final Map<ServiceName, LoopService> leaving = new HashMap<>();

    /**
     * @param states the services of the table
     * @param departed those that are gone, for requests that began before
     */
    LoopUpstreams(
            LoopParts parts,
            Supplier<Map<ServiceName, ServiceState>> states,
            Supplier<Map<ServiceName, ServiceState>> departed) {
        this.parts = parts;
        this.states = states;
        this.departed = departed;
    }

    @Override
    public Selection select(ServiceRoute route, AttemptHistory tried, boolean localOnly) {
        assert parts.loop().isCurrent();
        LoopService service = service(route.name());
        if (service == null) {
            return new Selection.None(
                    Refusal.NOT_READY, "service " + route.name() + ": this node has not taken it into use yet");
        }
        return localOnly ? service.selectLocal(tried) : service.select(tried);
    }

    @Override
    public boolean mayServe(ServiceRoute route, SiteName site, Endpoint endpoint) {
        assert parts.loop().isCurrent();
        LoopService service = service(route.name());
        return service != null && service.mayServe(site, endpoint, new AttemptHistory());
    }

    @Override
    public @Nullable ServiceRates rates(ServiceRoute route) {
        ServiceState state = state(route.name());
        return state == null ? null : state.rates();
    }

    @Override
    public List<Endpoint> endpoints(ServiceRoute route) {
        ServiceState state = state(route.name());
        return state == null
                ? List.of()
                : state.definition().endpoints().stream()
                        .map(EndpointState::endpoint)
                        .toList();
    }

    private @Nullable ServiceState state(ServiceName name) {
        ServiceState state = states.get().get(name);
        return state == null ? departed.get().get(name) : state;
    }

    private @Nullable LoopService service(ServiceName name) {
        LoopService service = services.get(name);
        if (service == null) {
            ServiceState state = states.get().get(name);
            if (state == null) {
                return leaving(name);
            }
            service = new LoopService(parts, state);
            services.put(name, service);
        }
        service.refresh();
        return service;
    }

    /** What requests that began before have of a service that is gone, even where none of them has made an attempt on this loop yet. */
    private @Nullable LoopService leaving(ServiceName name) {
        LoopService service = leaving.get(name);
        ServiceState state = service == null ? departed.get().get(name) : null;
        if (state != null) {
            service = new LoopService(parts, state);
            leave(name, service);
        }
        return service;
    }

    /** Takes over what a reconciliation changed; services that are gone are drained when requests that began before are over. */
    void refresh() {
        Map<ServiceName, ServiceState> now = states.get();
        services.entrySet().removeIf(entry -> {
            LoopService service = entry.getValue();
            boolean gone = now.get(entry.getKey()) != service.state();
            if (gone) {
                leave(entry.getKey(), service);
            } else {
                service.refresh();
            }
            return gone;
        });
    }

    private void leave(ServiceName name, LoopService service) {
        LoopService before = leaving.put(name, service);
        if (before != null) {
            before.local().drain();
        }
        parts.loop().after(Departed.LINGER_MILLIS, () -> {
            if (leaving.remove(name, service)) {
                service.local().drain();
            }
        });
    }

    /** A probe found an endpoint fit that loops had ejected. */
    void onProbed(ServiceState state, EndpointState endpoint) {
        LoopService service = services.get(state.definition().route().name());
        if (service != null) {
            service.local().onProbed(endpoint);
        }
    }

    /** Ends every connection now. */
    void close() {
        services.values().forEach(service -> service.local().close());
        services.clear();
        leaving.values().forEach(service -> service.local().close());
        leaving.clear();
    }
}
