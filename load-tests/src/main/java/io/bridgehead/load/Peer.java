package io.bridgehead.load;

import io.bridgehead.load.setting.BridgeheadHops;
import io.bridgehead.load.setting.Ground;
import io.bridgehead.load.setting.HaproxyHops;
import io.bridgehead.load.setting.NginxHops;
import io.bridgehead.load.setting.Setting;
import io.bridgehead.load.setting.StunnelHops;
import java.io.IOException;
import java.util.List;

/**
 * A setting that can be chosen.
 *
 * @param name as in {@code compare.settings}
 */
record Peer(String name, Start start) {
    /** In the order of the table: the baseline first. */
    static List<Peer> all() {
        return List.of(
                new Peer("haproxy", (ground, _) -> HaproxyHops.start(ground)),
                new Peer("haproxy-telling", (ground, _) -> HaproxyHops.startTelling(ground)),
                new Peer("bridgehead", BridgeheadHops::start),
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
