package io.bridgehead.app;

import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.OrderControl;
import io.bridgehead.control.TableControl;
import io.bridgehead.sync.OrderBook;
import io.bridgehead.sync.Publishers;
import io.bridgehead.sync.SharedState;
import io.bridgehead.upstream.FailoverContext;
import java.time.InstantSource;

/** Builds what holds operators' orders and puts them into force. */
final class OrderParts {
    private OrderParts() {}

    static OrderBook book(NodeConfig config, Store store, Publishers publishers) {
        return new OrderBook(new OrderBook.Parts(
                store,
                signer -> publishers.allow(signer, Kind.ORDER, ""),
                InstantSource.system(),
                config.site().name(),
                config.node()));
    }

    static NodeParts.Orders orders(
            ClusterParts.Ground ground, Controls controls, SharedState state, DataPath path, NodeThreads threads) {
        OrderControl control = new OrderControl(new OrderControl.Parts(
                ground.book(),
                state,
                path.registry(),
                path.tunnels(),
                controls.fabric(),
                controls.tables(),
                controls.context(),
                threads.blocking(),
                controls.observer()));
        return new NodeParts.Orders(ground.book(), control, ground.verifier());
    }

    /** The control side that orders act on. */
    record Controls(FabricControl fabric, TableControl tables, FailoverContext context, Wiring observer) {}
}
