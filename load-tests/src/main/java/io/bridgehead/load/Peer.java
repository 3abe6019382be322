package io.bridgehead.load;

import io.bridgehead.load.setting.BridgeheadHops;
import io.bridgehead.load.setting.Ground;
import io.bridgehead.load.setting.HaproxyHops;
import io.bridgehead.load.setting.NginxHops;
import io.bridgehead.load.setting.Setting;
import io.bridgehead.load.setting.StunnelHops;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A setting that can be chosen.
 *
 * @param name as in {@code compare.settings}
 */
record Peer(String name, Start start) {
    /** The nodes alone, an earlier build or with one signal more or less each: measured when they are named, because they say nothing of peers. */
    private static final Set<String> OF_NODES = Set.of("earlier", "unmeasured", "logging", "tracing", "sampling");

    /** Those that are named, in the order of the table; without names those that are compared with peers. */
    static List<Peer> chosen(List<String> names) {
        return Chosen.of("compare.settings", names, all(), Peer::name).stream()
                .filter(peer -> !names.isEmpty() || !OF_NODES.contains(peer.name))
                .toList();
    }

    /** In the order of the table: the baseline first. */
    private static List<Peer> all() {
        return List.of(
                new Peer("haproxy", (ground, _) -> HaproxyHops.start(ground)),
                new Peer("haproxy-telling", (ground, _) -> HaproxyHops.startTelling(ground)),
                new Peer("earlier", (ground, java) -> BridgeheadHops.startEarlier(Options.earlier(), ground, java)),
                new Peer("unmeasured", BridgeheadHops::startUnmeasured),
                new Peer("bridgehead", BridgeheadHops::start),
                new Peer("logging", BridgeheadHops::startLogging),
                new Peer("tracing", (ground, java) -> BridgeheadHops.startTracing(ground, "tracing", 1, java)),
                new Peer("sampling", (ground, java) -> BridgeheadHops.startTracing(ground, "sampling", 0.01, java)),
                new Peer("hybrid", BridgeheadHops::startHybrid),
                new Peer("nginx", (ground, _) -> NginxHops.start(ground)),
                new Peer("stunnel4", (ground, _) -> StunnelHops.start(ground)));
    }

    Setting start(Ground ground, String javaOptions) throws IOException {
        return start.start(ground, javaOptions);
    }

    /** Starts both gateways. */
    interface Start {
        Setting start(Ground ground, String javaOptions) throws IOException;
    }
}
