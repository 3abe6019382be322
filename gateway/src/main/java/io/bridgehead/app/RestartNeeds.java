package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which keys of gateway.yaml differ between two readings and take effect only with a restart. */
final class RestartNeeds {
    private RestartNeeds() {}

    static List<String> of(NodeConfig before, NodeConfig after) {
        List<String> keys = new ArrayList<>();
        compare(keys, "node", before.node(), after.node());
        compare(keys, "site", before.site(), after.site());
        compare(keys, "identity", before.identity(), after.identity());
        compare(keys, "tunnel.address and port", where(before.tunnel()), where(after.tunnel()));
        compare(
                keys,
                "tunnel.advertise",
                before.tunnel().advertise(),
                after.tunnel().advertise());
        compare(
                keys,
                "tunnel.windowBytesMax",
                before.tunnel().windowBytesMax(),
                after.tunnel().windowBytesMax());
        compare(keys, "cluster", before.cluster(), after.cluster());
        compare(keys, "state", before.state(), after.state());
        compare(keys, "admin.socket", before.admin().socket(), after.admin().socket());
        compare(keys, "admin.metrics", before.admin().metrics(), after.admin().metrics());
        compare(keys, "admin.probe", before.admin().probe(), after.admin().probe());
        compare(
                keys,
                "admin.remote",
                port(before.admin().remote()),
                port(after.admin().remote()));
        compare(keys, "telemetry", before.telemetry(), after.telemetry());
        compare(keys, "limits", before.limits(), after.limits());
        compare(keys, "endpointTls", before.endpointTls(), after.endpointTls());
        compare(keys, "dns", before.dns(), after.dns());
        compare(keys, "sessions", before.sessions(), after.sessions());
        compare(keys, "loops", before.loops(), after.loops());
        compare(
                keys,
                "trust.publishers",
                before.trust().publishers(),
                after.trust().publishers());
        compare(keys, "trust.vouchers", before.trust().vouchers(), after.trust().vouchers());
        compare(
                keys,
                "trust.speaksFor",
                before.trust().speaksFor(),
                after.trust().speaksFor());
        return keys;
    }

    /** All but the rights, which are taken at once. */
    private static @Nullable List<Object> port(NodeConfig.@Nullable RemoteAdmin remote) {
        return remote == null ? null : List.of(remote.address(), remote.port(), remote.hosts());
    }

    private static String where(NodeConfig.Tunnel tunnel) {
        return tunnel.address() + ":" + tunnel.port();
    }

    private static void compare(List<String> keys, String key, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            keys.add(key);
        }
    }
}
