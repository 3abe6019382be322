package io.bridgehead.upstream;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Services that are gone, with their endpoints' addresses and rates, for as long as requests that began before may make attempts: on every loop,
 * also on those that meet them for the first time. They are not probed any more.
 *
 * <p><b>Threads</b>: the failover context, but for {@link #states}.
 */
@OwnedBy(Owner.FAILOVER)
final class Departed {
    /** As long as a request takes in all, unless told otherwise. */
    static final long LINGER_MILLIS = 15_000;

    private final SiteName site;
    private final FailoverContext context;
    private final EndpointAddresses addresses;
    private volatile Map<ServiceName, ServiceState> states = Map.of();
    private Collection<ServiceState> serving = List.of();
    private boolean changing;
    /** Whether what was to be forgotten meanwhile waits for the end of a change. */
    private boolean postponed;

    Departed(SiteName site, FailoverContext context, EndpointAddresses addresses) {
        this.site = site;
        this.context = context;
        this.addresses = addresses;
    }

    /** By name; any thread. */
    Map<ServiceName, ServiceState> states() {
        return states;
    }

    /** Addresses come into use, of services that {@link #replaced} will name. */
    void changing() {
        changing = true;
    }

    /** Other services serve from now on: what is gone lingers, and addresses that nobody needs are forgotten. @return what is gone */
    Collection<ServiceState> replaced(Map<ServiceName, ServiceState> before, Map<ServiceName, ServiceState> now) {
        Map<ServiceName, ServiceState> gone = new HashMap<>(before);
        gone.keySet().removeAll(now.keySet());
        Map<ServiceName, ServiceState> all = new HashMap<>(states);
        all.putAll(gone);
        states = Map.copyOf(all);
        serving = List.copyOf(now.values());
        changing = false;
        forgetAddresses();
        if (!gone.isEmpty()) {
            context.after(LINGER_MILLIS, () -> over(gone));
        }
        return gone.values();
    }

    /**
     * The same services serve on, some defined otherwise.
     *
     * @param leftAddresses whether one of them had endpoints that it has no more
     */
    void stayed(boolean leftAddresses) {
        changing = false;
        if (leftAddresses || postponed) {
            forgetAddresses();
        }
    }

    private void over(Map<ServiceName, ServiceState> gone) {
        Map<ServiceName, ServiceState> left = new HashMap<>(states);
        gone.forEach(left::remove);
        states = Map.copyOf(left);
        if (changing) {
            postponed = true;
        } else {
            forgetAddresses();
        }
    }

    private void forgetAddresses() {
        postponed = false;
        Set<HostPort> inUse = new HashSet<>();
        serving.forEach(service -> addAddresses(service, inUse));
        states.values().forEach(service -> addAddresses(service, inUse));
        addresses.useNoOthers(inUse);
    }

    private void addAddresses(ServiceState service, Set<HostPort> inUse) {
        service.definition().route().endpointsIn(site).forEach(endpoint -> inUse.add(endpoint.address()));
    }
}
