package io.bridgehead.app;

import io.bridgehead.app.publish.Admission;
import io.bridgehead.app.publish.Folders;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.OrderControl;
import io.bridgehead.control.TableControl;
import io.bridgehead.listen.ListenerSpec;
import io.bridgehead.loop.Loops;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.TrustPoll;
import io.bridgehead.sync.TrustVerifier;
import io.bridgehead.telemetry.NodeGauges;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialSource;
import io.bridgehead.upstream.FailoverContext;
import java.time.Clock;
import java.util.List;
import java.util.TreeSet;

/** Everything a running node consists of. */
record NodeParts(
        ConfigInForce configured,
        ConfigSource configs,
        String version,
        Uptime up,
        Clock clock,
        Loops loops,
        NodeThreads threads,
        Telemetry telemetry,
        NodeLog log,
        MaterialSource files,
        LiveTls tls,
        DataPath path,
        SharedState state,
        TableControl tables,
        FabricControl fabric,
        FailoverContext control,
        OverloadWatch overload,
        DiskHealth disk,
        Admission admission,
        Folders folders,
        Orders orders,
        NodeGateways gateways,
        TrustPoll trust,
        NodeIdentity identity,
        RemoteAdmin remote) {
    /** Orders of operators: what is held, what puts it into force, and who may give one. */
    record Orders(OrderBook book, OrderControl control, TrustVerifier verifier) {}

    /** The configuration in force. */
    NodeConfig config() {
        return configured.now();
    }

    /** The listeners of its configuration, with what is in use of TLS and tokens. */
    List<ListenerSpec> listeners() {
        return path.specs(config(), identity.federation().published());
    }

    /** Has the time measured that records of other nodes take until they are kept here. */
    void measureLag(NodeGauges gauges) {
        state.onStamp(stamp -> {
            if (!stamp.node().equals(config().node().value())) {
                gauges.recordKept(clock.millis() - stamp.millis());
            }
        });
    }

    /** What it serves, publishes and tries now, for meters. */
    NodeGauges.Published published() {
        return new NodeGauges.Published(
                path.table().get().revision(),
                new TreeSet<>(state.heads().keySet()),
                orders.book().inForce().orders(),
                FolderViews.states(folders.statuses()),
                state.stages().all());
    }
}
