package io.bridgehead.app;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bridgehead.config.AddressRange;
import io.bridgehead.config.NodeConfig.Clients;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.config.NodeConfig.ProxyProtocol;
import io.bridgehead.listen.ClientRules;
import io.bridgehead.model.IpRanges;
import io.bridgehead.proxy.ForwardingTrust;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the configuration says of clients, as listeners take it. */
final class ListenerClients {
    private static final int TOTAL_MAX = 50_000;

    private ListenerClients() {}

    static ClientRules rules(Clients clients, NodeLimits limits) {
        return new ClientRules(
                clients.connectionsPerAddress(),
                forwarding(clients),
                proxyHeaders(clients.proxyProtocol()),
                limits.connections().prefaceTimeout().toMillis());
    }

    private static @Nullable ForwardingTrust forwarding(Clients clients) {
        return clients.trustedHops() == 0 && clients.trustedProxies().isEmpty()
                ? null
                : new ForwardingTrust(ranges(clients.trustedProxies()), clients.trustedHops());
    }

    private static ClientRules.@Nullable ProxyHeaders proxyHeaders(@Nullable ProxyProtocol written) {
        return written == null ? null : new ClientRules.ProxyHeaders(ranges(written.from()), written.required());
    }

    private static IpRanges ranges(List<AddressRange> written) {
        return new IpRanges(written.stream()
                .map(range -> IpRanges.Range.of(range.base().getAddress(), range.prefix()))
                .toList());
    }

    /** The bound of all listeners together: as configured, or half of the descriptors that the process may have. */
    static int total(NodeLimits limits) {
        int written = limits.connections().total();
        if (written > 0) {
            return written;
        }
        boolean unix = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean;
        long descriptors = unix
                ? ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount()
                : 2L * TOTAL_MAX;
        return Math.clamp(descriptors / 2, 1, TOTAL_MAX);
    }
}
