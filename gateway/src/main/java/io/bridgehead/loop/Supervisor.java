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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The service manager that started this process, by the words of systemd (sd_notify(3), sd_listen_fds(3)): it is told when the node serves and that
 * it is alive, and keeps listening sockets while the process is replaced, so that who connects meanwhile waits and is not refused. Without one nothing
 * happens.
 *
 * <p><b>State</b>: sockets that were handed over wait for somebody who listens at their address; {@link #ready} gives back those that nobody wanted.
 *
 * <p><b>Threads</b>: any; the sockets are in a concurrent map, and each message is one system call that does not wait.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Supervisor {
    /** Nobody is told anything. */
    public static final Supervisor NONE = new Supervisor(null, Map.of());

    private static final int FIRST_FILE = 3;

    private final @Nullable NotifySocket socket;
    private final Map<String, Integer> handedOver;
    private volatile boolean stopping;

    Supervisor(@Nullable NotifySocket socket, Map<String, Integer> handedOver) {
        this.socket = socket;
        this.handedOver = new ConcurrentHashMap<>(handedOver);
    }

    /**
     * The one that the environment of this process names.
     *
     * @param environment {@code NOTIFY_SOCKET}, {@code LISTEN_PID}, {@code LISTEN_FDS} and {@code LISTEN_FDNAMES} of it
     * @throws IOException when it names one that cannot be
     */
    public static Supervisor of(Map<String, String> environment) throws IOException {
        String address = environment.get("NOTIFY_SOCKET");
        if (address == null) {
            return NONE;
        }
        return new Supervisor(NotifySocket.to(address), handedOver(environment));
    }

    private static Map<String, Integer> handedOver(Map<String, String> environment) {
        Map<String, Integer> files = new ConcurrentHashMap<>();
        if (Long.toString(ProcessHandle.current().pid()).equals(environment.get("LISTEN_PID"))) {
            String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
            for (int i = 0; i < names.length; i++) {
                if (names[i].startsWith("tcp-")) {
                    files.put(names[i], FIRST_FILE + i);
                }
            }
        }
        return files;
    }

    /** The node serves: the start is over. Sockets that were handed over and that nobody listens on any more are closed. */
    public void ready() {
        handedOver.forEach((name, file) -> {
            if (handedOver.remove(name, file)) {
                forget(name);
                NotifySocket.close(file);
            }
        });
        tell("READY=1");
    }

    /** The node has begun to stop; listening sockets that are closed from now on are kept for the next process. */
    public void stopping() {
        stopping = true;
        tell("STOPPING=1");
    }

    /** The node makes progress; to be said more often than the unit's {@code WatchdogSec}. */
    public void alive() {
        tell("WATCHDOG=1");
    }

    /** @return a listening socket at this address that the process before this one had, or null */
    @Nullable
    ServerChannel take(SocketAddress address, Transport transport) {
        Integer file = transport == Transport.EPOLL ? handedOver.remove(name(address)) : null;
        return file == null ? null : transport.adopt(file);
    }

    /** Has a listening socket kept until it is closed for another reason than the end of this process. */
    void keep(SocketAddress address, Channel server) {
        if (socket == null
                || !(server instanceof UnixChannel opened)
                || !(address instanceof InetSocketAddress internet)
                || internet.getPort() == 0) {
            return;
        }
        String name = name(address);
        socket.send("FDSTORE=1\nFDNAME=" + name, opened.fd().intValue());
        server.closeFuture().addListener(_ -> {
            if (!stopping) {
                forget(name);
            }
        });
    }

    private void forget(String name) {
        tell("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    private void tell(String state) {
        if (socket != null) {
            socket.send(state, NotifySocket.NO_FILE);
        }
    }

    /** What the service manager calls the socket: neither colons nor more than 255 characters. */
    private static String name(SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return "";
        }
        InetAddress resolved = internet.getAddress();
        String host = resolved == null ? internet.getHostString() : resolved.getHostAddress();
        return "tcp-" + host.replace(':', '.') + "-" + internet.getPort();
    }
}
