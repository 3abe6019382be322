package io.bridgehead.cli.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bridgehead.config.NodeConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings of the kernel, and file descriptors, that bound what a node can carry. What cannot be read is left out. */
final class KernelCheck {
    /** What listeners ask for. */
    private static final long BACKLOG = 4096;

    private static final long PORTS_MIN = 20_000;
    private static final long SYN_BACKLOG_MIN = 1024;
    private static final long BUFFER_MIN = 4 << 20;
    private static final long DESCRIPTORS_MIN = 16_384;
    private static final double FULL = 0.8;
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final Path proc;

    KernelCheck(Path proc) {
        this.proc = proc;
    }

    List<Finding> settings(@Nullable NodeConfig config) {
        Findings found = new Findings("kernel");
        atLeast(found, "net.core.somaxconn", BACKLOG, "connections that wait to be accepted");
        atLeast(found, "net.ipv4.tcp_max_syn_backlog", SYN_BACKLOG_MIN, "handshakes that wait for their end");
        buffers(found, "net.ipv4.tcp_rmem");
        buffers(found, "net.ipv4.tcp_wmem");
        ports(found, config);
        tracked(found);
        return found.all();
    }

    private void atLeast(Findings found, String key, long min, String what) {
        String text = setting(key);
        if (text.isEmpty()) {
            return;
        }
        if (Long.parseLong(text) < min) {
            found.warning(
                    key,
                    "at most " + text + " " + what,
                    "sysctl -w " + key + "=" + min + ", and in /etc/sysctl.d for good");
        } else {
            found.ok(key, text);
        }
    }

    private void buffers(Findings found, String key) {
        String[] values = SPACES.split(setting(key), -1);
        if (values.length != 3) {
            return;
        }
        if (Long.parseLong(values[2]) < BUFFER_MIN) {
            found.note(
                    key,
                    "at most " + values[2] + " bytes for a connection: too little for much on a long way",
                    "sysctl -w " + key + "='" + values[0] + " " + values[1] + " " + BUFFER_MIN + "'");
        } else {
            found.ok(key, "at most " + values[2] + " bytes");
        }
    }

    private void ports(Findings found, @Nullable NodeConfig config) {
        String key = "net.ipv4.ip_local_port_range";
        String[] range = SPACES.split(setting(key), -1);
        if (range.length != 2) {
            return;
        }
        long first = Long.parseLong(range[0]);
        long last = Long.parseLong(range[1]);
        String text = first + " to " + last;
        if (last - first < PORTS_MIN) {
            found.warning(key, text + ": few connections to one endpoint", "sysctl -w " + key + "='10240 65535'");
        } else {
            found.ok(key, text);
        }
        if (config == null || !setting("net.ipv4.ip_local_reserved_ports").isEmpty()) {
            return;
        }
        List<Integer> within = config.listeners().stream()
                .map(NodeConfig.Listener::port)
                .filter(port -> port >= first && port <= last)
                .toList();
        if (!within.isEmpty()) {
            found.note(
                    key,
                    "the listeners' ports " + within + " may be taken by outgoing connections while the node is down",
                    "sysctl -w net.ipv4.ip_local_reserved_ports="
                            + within.toString().replaceAll("[\\[\\] ]", ""));
        }
    }

    private void tracked(Findings found) {
        String max = setting("net.netfilter.nf_conntrack_max");
        String count = setting("net.netfilter.nf_conntrack_count");
        if (max.isEmpty() || count.isEmpty()) {
            return;
        }
        String text = count + " of " + max + " tracked connections";
        if (Long.parseLong(count) > FULL * Long.parseLong(max)) {
            found.error(
                    "net.netfilter.nf_conntrack_max",
                    text + ": further ones are dropped before long",
                    "sysctl -w net.netfilter.nf_conntrack_max=" + 4 * Long.parseLong(max)
                            + ", or do not track the gateway's ports");
        } else {
            found.ok("net.netfilter.nf_conntrack_max", text);
        }
    }

    /** File descriptors of the running node, else those that a node would have that is started as this command was. */
    List<Finding> descriptors(@Nullable NodeConfig config, Optional<NodeFacts> node) {
        Findings found = new Findings("descriptors");
        long limit = node.map(facts -> limitOf(facts.pid())).orElse(-1L);
        boolean ofNode = limit > 0;
        if (!ofNode && ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            limit = system.getMaxFileDescriptorCount();
        }
        int total = config == null ? 0 : config.limits().connections().total();
        long needed = Math.max(DESCRIPTORS_MIN, 2L * total);
        String text = limit + (ofNode ? " for the node" : " for a process started here");
        if (limit < needed) {
            found.warning(
                    "limit",
                    text + "; each proxied connection takes two, expected at least " + needed,
                    "LimitNOFILE=131072 in the unit, or 'ulimit -n' before the start");
        } else {
            found.ok("limit", text);
        }
        node.map(facts -> facts.status().getJsonObject("overload")).ifPresent(overload -> used(found, overload));
        return found.all();
    }

    private static void used(Findings found, JsonObject overload) {
        double share = overload.getDouble("descriptors", 0.0);
        String text = String.format(Locale.ROOT, "%.0f%% in use", share * 100);
        if (share > FULL) {
            found.error("use", text, "raise LimitNOFILE, or lower limits.connections.total");
        } else {
            found.ok("use", text);
        }
    }

    private long limitOf(long pid) {
        return read(proc.resolve(pid + "/limits"), "")
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> SPACES.split(line))
                .filter(fields -> fields.length > 3 && !fields[3].equals("unlimited"))
                .map(fields -> Long.parseLong(fields[3]))
                .findFirst()
                .orElse(-1L);
    }

    private String setting(String key) {
        return read(proc.resolve("sys").resolve(key.replace('.', '/')), "");
    }

    /** What a file says, without the end of its line; another text when it cannot be read. */
    static String read(Path file, String otherwise) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return otherwise;
        }
    }
}
