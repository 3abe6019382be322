package io.bridgehead.cli.doctor;

import static java.util.stream.Collectors.joining;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.ProbeSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether the ports of a configuration are free, or held by the node itself. */
final class PortCheck {
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final long SERVICE_MANAGER = 1;

    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final Findings found = new Findings("ports");
    private final Path proc;
    private final Optional<NodeFacts> node;

    PortCheck(Path proc, Optional<NodeFacts> node) {
        this.proc = proc;
        this.node = node;
    }

    List<Finding> of(NodeConfig config) {
        for (NodeConfig.Listener listener : config.listeners()) {
            port("listener " + listener.name(), listener.address(), listener.port(), true);
        }
        port("tunnel", config.tunnel().address(), config.tunnel().port(), true);
        if (config.cluster().enabled()) {
            port("cluster", config.cluster().address(), config.cluster().port(), false);
        }
        NodeConfig.Metrics metrics = config.admin().metrics();
        if (metrics.enabled()) {
            port("admin.metrics", metrics.address(), metrics.port(), false);
        }
        NodeConfig.RemoteAdmin remote = config.admin().remote();
        if (remote != null) {
            port("admin.remote", remote.address(), remote.port(), true);
        }
        ProbeSettings probe = config.admin().probe();
        if (probe != null && node.isEmpty()) {
            // Beside a running node it is open only while that is ready.
            port("admin.probe", probe.address(), probe.port(), false);
        }
        return found.all();
    }

    /** @param keepable whether a node hands this port on over a restart, where systemd is asked to keep it */
    private void port(String use, InetAddress address, int port, boolean keepable) {
        if (port == 0) {
            return;
        }
        String about = use + " " + address.getHostAddress() + ":" + port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), 1);
            if (node.isPresent()) {
                found.error(
                        about,
                        "free, while the node runs",
                        "'bridgehead reload', or restart the node: it does not serve this configuration");
            } else {
                found.ok(about, "free");
            }
        } catch (BindException e) {
            taken(about, address, port, keepable, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            found.warning(about, "could not be tried: " + e.getMessage(), "run this as the user that runs the node");
        }
    }

    private void taken(String about, InetAddress address, int port, boolean keepable, String why) {
        if (why.contains("assign")) {
            found.error(
                    about, "this machine does not have the address", "name one of 'ip address', or 0.0.0.0 for all");
            return;
        }
        if (why.contains("permission") || why.contains("denied")) {
            found.note(
                    about,
                    "this user may not open ports below 1024, so it was not tried",
                    "the node may by CAP_NET_BIND_SERVICE, which its systemd unit gives; run this as root to try");
            return;
        }
        held(about, address, port, keepable);
    }

    private void held(String about, InetAddress address, int port, boolean keepable) {
        SortedSet<Long> holders = holders(address, port);
        if (node.isPresent()
                && (holders.isEmpty() || holders.contains(node.get().pid()))) {
            found.ok(about, holders.isEmpty() ? "in use, by the node as far as this user may see" : "held by the node");
            return;
        }
        String by = holders.isEmpty()
                ? "another process"
                : holders.stream().map(this::process).collect(joining(", "));
        if (keepable && node.isEmpty() && holders.size() == 1 && isStore(holders.getFirst())) {
            found.warning(
                    about,
                    "held by " + by + " alone, for a service that does not run now or a socket unit",
                    "see 'systemctl list-sockets' and 'systemctl list-units --failed' for what it is kept for; when that is the node's own unit,"
                            + " with FileDescriptorStoreMax above 0, 'systemctl start bridgehead' takes it over; else stop it");
            return;
        }
        found.error(
                about,
                "held by " + by,
                "end that process or choose another port; 'ss -ltnp sport = :" + port + "' shows it");
    }

    /** Whether a process is systemd, which keeps copies of sockets while services are restarted. */
    private boolean isStore(long pid) {
        return pid == SERVICE_MANAGER && command(pid).equals("systemd");
    }

    private String process(long pid) {
        return "process " + pid + " (" + command(pid) + (isStore(pid) ? ", which stores sockets of services)" : ")");
    }

    private String command(long pid) {
        try {
            return Files.readString(proc.resolve(pid + "/comm")).strip();
        } catch (IOException e) {
            return "which has ended";
        }
    }

    /** Who has the sockets that keep others from an address and port, as several may; none when this user may not see. */
    private SortedSet<Long> holders(InetAddress address, int port) {
        SortedSet<Long> holders = new TreeSet<>();
        List<String> sockets = Stream.of("net/tcp", "net/tcp6")
                .flatMap(table -> lines(proc.resolve(table)).stream())
                .map(line -> SPACES.split(line.strip()))
                .filter(fields -> fields.length > INODE
                        && fields[STATE].equals(LISTENING)
                        && fields[LOCAL].endsWith(String.format(Locale.ROOT, ":%04X", port))
                        && isInTheWay(fields[LOCAL], address))
                .map(fields -> "socket:[" + fields[INODE] + "]")
                .toList();
        if (sockets.isEmpty()) {
            return holders;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("fd"), sockets)) {
                    holders.add(Long.parseLong(String.valueOf(process.getFileName())));
                }
            }
        } catch (IOException e) {
            // What was seen until then is what this user may see.
            return holders;
        }
        return holders;
    }

    /** Whether a local address as the kernel shows it is the wanted one, or one of both stands for all. */
    private static boolean isInTheWay(String shown, InetAddress wanted) {
        byte[] words = HexFormat.of().parseHex(shown.substring(0, shown.indexOf(':')));
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            // Words of four bytes, each in the order of this machine's processor.
            bytes[i] = words[LITTLE_ENDIAN ? (i & ~3) + 3 - (i & 3) : i];
        }
        try {
            InetAddress local = InetAddress.getByAddress(bytes);
            return local.isAnyLocalAddress() || wanted.isAnyLocalAddress() || local.equals(wanted);
        } catch (UnknownHostException e) {
            return true;
        }
    }

    private static boolean holds(Path descriptors, List<String> sockets) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path one : all) {
                if (sockets.contains(target(one))) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return false;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
