package io.bridgehead.app;

import io.bridgehead.admin.AdminApi;
import io.bridgehead.admin.RemoteDoor;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.AdminRights;
import io.bridgehead.listen.operator.OperatorPort;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.handshake.TunnelTls;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The admin API for operators elsewhere, where gateway.yaml asks for it. Any thread. */
@OwnedBy(Owner.ANY_THREAD)
final class RemoteAdmin {
    private static final AdminRights NOBODY = new AdminRights(List.of(), List.of());

    private volatile @Nullable Opened opened;

    /** A port that is open, and what ends with it. */
    private record Opened(OperatorPort port, RemoteDoor door, TunnelTls tls, Runnable unsubscribe) {}

    /** Opens the port, if one is configured; fails with what to do about it. */
    CompletionStage<@Nullable Void> open(NodeParts parts, AdminApi api) {
        NodeConfig.RemoteAdmin settings = parts.config().admin().remote();
        if (settings == null) {
            return CompletableFuture.completedStage(null);
        }
        Executor blocking = parts.threads().blocking();
        RemoteDoor door = new RemoteDoor(api, hosts(parts.config()), settings.operators(), blocking);
        ExpectedPeer quarantined = parts.orders().book()::objection;
        ExpectedPeer wanted = quarantined.and(door::objection);
        TunnelTls tls = TunnelTls.ofOperators(parts.tls(), wanted, TunnelTls.Settings.STANDARD, blocking);
        return OperatorPort.bind(
                        new OperatorPort.Parts(parts.loops().control(), tls, door, parts.log()),
                        new InetSocketAddress(settings.address(), settings.port()))
                .handle((port, failure) -> {
                    if (port == null || failure != null) {
                        tls.close();
                        throw new CompletionException(new IOException(problem(settings, failure), failure));
                    }
                    opened = new Opened(port, door, tls, parts.tls().subscribeFirst(_ -> port.recheck()));
                    return null;
                });
    }

    private static String problem(NodeConfig.RemoteAdmin settings, @Nullable Throwable failure) {
        return "admin.remote: cannot bind " + settings.address().getHostAddress() + ":" + settings.port() + " ("
                + (failure == null ? "closed" : failure.getMessage())
                + "); expected a free port on an address of this machine: choose another in admin.remote";
    }

    /** What people may call the node, in lower case. */
    static Set<String> hosts(NodeConfig config) {
        Set<String> hosts = new TreeSet<>();
        hosts.add(config.node().value());
        HostPort advertise = config.tunnel().advertise();
        if (advertise != null) {
            hosts.add(advertise.host().toLowerCase(Locale.ROOT));
        }
        NodeConfig.RemoteAdmin settings = config.admin().remote();
        if (settings != null) {
            hosts.addAll(settings.hosts());
        }
        return hosts;
    }

    /** Takes the rights of another configuration into use, on open connections too. */
    void configure(NodeConfig next) {
        Opened now = opened;
        if (now != null) {
            NodeConfig.RemoteAdmin settings = next.admin().remote();
            now.door().grant(settings == null ? NOBODY : settings.operators());
            now.port().recheck();
        }
    }

    /** For {@code status}; null when there is no such port. */
    @Nullable
    JsonObject status() {
        Opened now = opened;
        return now == null
                ? null
                : new JsonObject()
                        .put("address", NodeViews.text(now.port().address()))
                        .put("connections", now.port().connections());
    }

    void close() {
        Opened now = opened;
        if (now != null) {
            now.unsubscribe().run();
            now.port().close();
            now.tls().close();
        }
    }
}
