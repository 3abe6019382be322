package io.bridgehead.config;

import io.bridgehead.model.HostPort;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a node lets the endpoints of its own site lie, so that nobody who may write documents can make it call itself, the
 * machine's own services or the cloud's metadata. Asked for addresses in documents and again for what names resolve to.
 *
 * @param ranges where endpoints may lie; empty for anywhere that is not refused otherwise
 * @param unsafeEndpoints whether loopback, link-local and metadata addresses may be endpoints
 * @param ownAddresses addresses of this machine
 * @param advertised addresses under which other nodes reach this one
 * @param ownPorts ports that this node listens on
 */
public record EndpointTrust(
        List<AddressRange> ranges,
        boolean unsafeEndpoints,
        Set<InetAddress> ownAddresses,
        Set<InetAddress> advertised,
        Set<Integer> ownPorts) {
    public EndpointTrust {
        ranges = List.copyOf(ranges);
        ownAddresses = Set.copyOf(ownAddresses);
        advertised = Set.copyOf(advertised);
        ownPorts = Set.copyOf(ownPorts);
    }

    /** On a node that others reach by no further address. */
    public EndpointTrust(
            List<AddressRange> ranges, boolean unsafeEndpoints, Set<InetAddress> ownAddresses, Set<Integer> ownPorts) {
        this(ranges, unsafeEndpoints, ownAddresses, Set.of(), ownPorts);
    }

    /** The rules of a node's {@code trust} section; {@code ownAddresses} are those of its network interfaces. */
    public static EndpointTrust of(NodeConfig config, Set<InetAddress> ownAddresses) {
        Set<InetAddress> advertised = new HashSet<>();
        Set<Integer> ports = new HashSet<>();
        config.listeners().forEach(listener -> ports.add(listener.port()));
        ports.add(config.tunnel().port());
        ports.add(config.cluster().port());
        ports.add(config.admin().metrics().port());
        NodeConfig.RemoteAdmin remote = config.admin().remote();
        if (remote != null) {
            ports.add(remote.port());
        }
        ports.remove(0);
        addAdvertised(config.tunnel().advertise(), advertised, ports);
        addAdvertised(config.cluster().advertise(), advertised, ports);
        return new EndpointTrust(
                config.trust().endpoints(), config.trust().unsafeEndpoints(), ownAddresses, advertised, ports);
    }

    /** Where others reach this node's ports, as through a translated address; a name is not looked up for this. */
    private static void addAdvertised(@Nullable HostPort advertise, Set<InetAddress> addresses, Set<Integer> ports) {
        if (advertise == null) {
            return;
        }
        try {
            addresses.add(AddressRange.address(advertise.host()));
            ports.add(advertise.port());
        } catch (IllegalArgumentException e) {
            ports.add(advertise.port());
        }
    }

    /** The same on a machine that has these addresses. */
    public EndpointTrust at(Set<InetAddress> addresses) {
        return new EndpointTrust(ranges, unsafeEndpoints, addresses, advertised, ownPorts);
    }

    /** The same on a node that listens on these ports too. */
    public EndpointTrust listening(Set<Integer> ports) {
        if (ownPorts.containsAll(ports)) {
            return this;
        }
        Set<Integer> all = new HashSet<>(ownPorts);
        all.addAll(ports);
        return new EndpointTrust(ranges, unsafeEndpoints, ownAddresses, advertised, all);
    }

    /** Why an endpoint may not lie here, as what was found instead; null when it may. */
    public @Nullable String refusal(InetAddress given, int port) {
        InetAddress address = NetworkKinds.unwrapped(given);
        if (NetworkKinds.isNoUnicast(address)) {
            return "an address of no single host";
        }
        if (!unsafeEndpoints) {
            String unsafe = unsafeKind(address, port);
            if (unsafe != null) {
                return unsafe;
            }
        }
        boolean inside =
                ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(given) || range.contains(address));
        return inside ? null : "an address outside trust.endpoints";
    }

    private @Nullable String unsafeKind(InetAddress address, int port) {
        if (NetworkKinds.isMetadata(address)) {
            return "a cloud metadata address";
        }
        if (address.isLoopbackAddress()) {
            return "a loopback address";
        }
        if (NetworkKinds.isLinkLocal(address)) {
            return "a link-local address";
        }
        boolean own = ownAddresses.contains(address) || advertised.contains(address);
        return own && ownPorts.contains(port) ? "a port of this node itself" : null;
    }
}
