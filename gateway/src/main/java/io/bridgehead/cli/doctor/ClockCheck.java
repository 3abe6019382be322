package io.bridgehead.cli.doctor;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the clock is kept, and agrees with those of the other nodes. */
final class ClockCheck {
    /** Certificates and statements allow for more; so much is no longer the way of the news. */
    private static final long AHEAD_MILLIS_MAX = 2_000;

    private static final List<Path> KEEPERS = List.of(
            Path.of("/run/systemd/timesync/synchronized"),
            Path.of("/run/chrony/chronyd.pid"),
            Path.of("/run/chronyd.pid"),
            Path.of("/run/chrony/chronyd.sock"),
            Path.of("/run/ntpd.pid"),
            Path.of("/var/run/ptp4l"));

    private static final String REMEDY =
            "keep the clock by NTP: systemd-timesyncd or chrony, with a server that is reached";

    private ClockCheck() {}

    static List<Finding> of(Optional<NodeFacts> node) {
        return of(node, KEEPERS);
    }

    /** @param keepers files of which one is there where the clock is kept */
    static List<Finding> of(Optional<NodeFacts> node, List<Path> keepers) {
        Findings found = new Findings("clock");
        Optional<Path> keeper = keepers.stream().filter(Files::exists).findFirst();
        if (keeper.isPresent()) {
            found.ok("", "is kept: " + keeper.get());
        } else {
            found.note(
                    "",
                    "nothing on this machine says that it keeps the clock; in a container or a virtual machine the host may",
                    REMEDY);
        }
        JsonObject clock =
                node.map(facts -> facts.status().getJsonObject("clock")).orElse(null);
        if (clock == null || clock.getInteger("nodes", 0) == 0) {
            found.note("", "it was not compared: no other node is heard", "");
            return found.all();
        }
        long ahead = clock.getLong("aheadMillis", 0L);
        String others = clock.getInteger("nodes") + " other nodes";
        if (Math.abs(ahead) > AHEAD_MILLIS_MAX) {
            found.error(
                    "",
                    "the clocks of " + others + " are " + Math.abs(ahead) + " ms " + (ahead > 0 ? "ahead" : "behind"),
                    REMEDY);
        } else {
            found.ok("", "agrees with " + others + " within " + AHEAD_MILLIS_MAX + " ms");
        }
        return found.all();
    }
}
