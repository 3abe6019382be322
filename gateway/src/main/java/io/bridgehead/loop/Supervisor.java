package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The service manager that started this process, by the words of systemd (sd_notify(3), sd_listen_fds(3)): it is told when the node serves and that
 * it is alive, and keeps listening sockets while the process is replaced, so that who connects meanwhile waits and is not refused. Without one nothing
 * happens.
 *
 * <p><b>State</b>: sockets that were handed over wait for somebody who listens at their address. They are let go when somebody listens at another
 * address that they are in the way of, and at the latest by {@link #ready}. The service manager takes a moment to close what it is told to let go.
 *
 * <p><b>Threads</b>: any; the sockets are in concurrent maps, and each message is one system call, repeated for {@value NotifySocket#PATIENCE_MILLIS} ms
 * at most where the service manager does not keep up. What could not be told is logged.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Supervisor {
    /** Nobody is told anything. */
    public static final Supervisor NONE = new Supervisor(null, Map.of(), 0, _ -> {});

    private static final int FIRST_FILE = 3;
    private static final long LETTING_GO_NANOS = 2_000_000_000L;
    private static final String PREFIX = "tcp-";
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "0.0.0.0.0.0.0.0");

    private final @Nullable NotifySocket socket;
    private final Map<String, Integer> handedOver;
    private final int keptMax;
    private final Consumer<String> log;
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> lettingGo = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    Supervisor(@Nullable NotifySocket socket, Map<String, Integer> handedOver, int keptMax, Consumer<String> log) {
        this.socket = socket;
        this.handedOver = new ConcurrentHashMap<>(handedOver);
        this.keptMax = keptMax;
        this.log = log;
    }

    /**
     * The one that the environment of this process names.
     *
     * @param environment {@code NOTIFY_SOCKET}, {@code LISTEN_PID}, {@code LISTEN_FDNAMES} of it, and {@code FDSTORE}, how many sockets are kept; none without it
     * @param log takes a line for each thing that could not be told
     * @throws IOException when it names one that cannot be
     */
    public static Supervisor of(Map<String, String> environment, Consumer<String> log) throws IOException {
        String address = environment.get("NOTIFY_SOCKET");
        if (address == null) {
            return NONE;
        }
        String most = environment.getOrDefault("FDSTORE", "");
        int keptMax = most.matches("[0-9]{1,6}") ? Integer.parseInt(most) : 0;
        return new Supervisor(NotifySocket.to(address), handedOver(environment), keptMax, log);
    }

    private static Map<String, Integer> handedOver(Map<String, String> environment) {
        Map<String, Integer> files = new ConcurrentHashMap<>();
        if (Long.toString(ProcessHandle.current().pid()).equals(environment.get("LISTEN_PID"))) {
            String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
            for (int i = 0; i < names.length; i++) {
                Integer twin = names[i].startsWith(PREFIX) ? files.put(names[i], FIRST_FILE + i) : null;
                if (twin != null) {
                    NotifySocket.close(twin);
                }
            }
        }
        return files;
    }

    /** The start may take so long from now on, whatever the unit's {@code TimeoutStartSec}. */
    public void starting(Duration most) {
        tell("EXTEND_TIMEOUT_USEC=" + TimeUnit.NANOSECONDS.toMicros(most.toNanos()));
    }

    /** The node serves: the start is over. Sockets that were handed over and that nobody listens on any more are closed. */
    public void ready() {
        handedOver.forEach(this::letGo);
        tell("READY=1");
    }

    /** Somebody else than a listener is to have this port: sockets there that were handed over are closed. */
    public void free(int port) {
        handedOver.forEach((name, file) -> {
            if (port(name) == port) {
                letGo(name, file);
            }
        });
    }

    /** Whether listening sockets stay open when this process ends, so that who connects then waits for the next one. */
    public boolean keepsSockets() {
        return !kept.isEmpty();
    }

    /** The node has begun to stop; listening sockets that are closed from now on are kept for the next process. */
    public void stopping() {
        stopping = true;
        tell("STOPPING=1");
    }

    /** The node makes progress; to be said more often than the unit's {@code WatchdogSec}. */
    public void alive() {
        if (socket != null) {
            socket.offer("WATCHDOG=1");
        }
    }

    /**
     * Those that are in the way of this address are let go.
     *
     * @return a listening socket at this address that the process before this one had, or null
     */
    @Nullable
    ServerChannel take(SocketAddress address, Transport transport) {
        Integer file = transport == Transport.EPOLL ? handedOver.remove(name(address)) : null;
        if (file != null) {
            if (keptMax == 0) {
                // what nobody keeps any more must not be open beside this process: who connects when it ends would wait
                // for nobody
                tell("FDSTOREREMOVE=1\nFDNAME=" + name(address));
            }
            return transport.adopt(file);
        }
        if (address instanceof InetSocketAddress internet) {
            handedOver.forEach((name, other) -> {
                if (isInTheWay(name, internet)) {
                    letGo(name, other);
                }
            });
        }
        return null;
    }

    /** Whether a socket at this port was let go so shortly ago that the service manager may have it open yet. */
    public boolean isLettingGo(SocketAddress address) {
        Long since = address instanceof InetSocketAddress internet ? lettingGo.get(internet.getPort()) : null;
        return since != null && System.nanoTime() - since < LETTING_GO_NANOS;
    }

    /** Has a listening socket kept until it is closed for another reason than the end of this process. */
    void keep(SocketAddress address, Channel server) {
        if (socket == null
                || keptMax == 0
                || !(server instanceof UnixChannel opened)
                || !(address instanceof InetSocketAddress internet)
                || internet.getPort() == 0) {
            return;
        }
        String name = name(address);
        kept.add(name);
        if (kept.size() > keptMax) {
            log.accept("the service manager keeps " + keptMax + " listening sockets and not also " + name
                    + ": who connects there during a restart is refused; raise FileDescriptorStoreMax= of the unit");
        }
        if (!socket.send("FDSTORE=1\nFDNAME=" + name, opened.fd().intValue())) {
            notTold("to keep " + name);
        }
        server.closeFuture().addListener(_ -> {
            if (!stopping) {
                forget(name);
            }
        });
    }

    private void letGo(String name, int file) {
        if (handedOver.remove(name, file)) {
            NotifySocket.close(file);
            forget(name);
        }
    }

    private void forget(String name) {
        kept.remove(name);
        lettingGo.put(port(name), System.nanoTime());
        tell("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    private void tell(String state) {
        if (socket != null && !socket.send(state, NotifySocket.NO_FILE)) {
            notTold(state.replace('\n', ' '));
        }
    }

    private void notTold(String what) {
        log.accept("the service manager could not be told: " + what);
    }

    /** Two sockets cannot listen at one port where one of them takes every address. */
    private static boolean isInTheWay(String name, InetSocketAddress address) {
        InetAddress wanted = address.getAddress();
        return port(name) == address.getPort()
                && (name.equals(name(address))
                        || (wanted != null && wanted.isAnyLocalAddress())
                        || EVERYWHERE.contains(name.substring(PREFIX.length(), name.lastIndexOf('-'))));
    }

    /** The port in the name of a socket; -1 for a name that nobody gives here. */
    private static int port(String name) {
        String digits = name.substring(name.lastIndexOf('-') + 1);
        return digits.matches("[0-9]{1,5}") && name.lastIndexOf('-') >= PREFIX.length() ? Integer.parseInt(digits) : -1;
    }

    /** What the service manager calls the socket: neither colons nor more than 255 characters. */
    private static String name(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return "";
        }
        InetAddress resolved = internet.getAddress();
        String host = resolved == null ? internet.getHostString() : resolved.getHostAddress();
        return PREFIX + host.replace(':', '.') + "-" + internet.getPort();
    }
}
