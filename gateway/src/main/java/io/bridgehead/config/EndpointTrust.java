package io.bridgehead.config;

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
 * @param ownPorts ports that this node listens on
 */
public record EndpointTrust(
        List<AddressRange> ranges, boolean unsafeEndpoints, Set<InetAddress> ownAddresses, Set<Integer> ownPorts) {
    public EndpointTrust {
        ranges = List.copyOf(ranges);
        ownAddresses = Set.copyOf(ownAddresses);
        ownPorts = Set.copyOf(ownPorts);
    }

    /** The rules of a node's {@code trust} section; {@code ownAddresses} are those of its network interfaces. */
    public static EndpointTrust of(NodeConfig config, Set<InetAddress> ownAddresses) {
        Set<Integer> ports = new HashSet<>();
        config.listeners().forEach(listener -> ports.add(listener.port()));
        ports.add(config.tunnel().port());
        ports.add(config.cluster().port());
        ports.add(config.admin().metrics().port());
        ports.remove(0);
        return new EndpointTrust(config.trust().endpoints(), config.trust().unsafeEndpoints(), ownAddresses, ports);
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
        return ownAddresses.contains(address) && ownPorts.contains(port) ? "a port of this node itself" : null;
    }
}
