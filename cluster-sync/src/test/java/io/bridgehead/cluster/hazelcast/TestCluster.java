package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.MemberTls;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.hazelcast.tls.LinkPolicy;
import io.bridgehead.cluster.hazelcast.tls.OpenLinks;
import io.bridgehead.cluster.hazelcast.tls.TlsMembers;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Member ports on loopback that were free a moment ago, and fabrics on them. They lie below those that the system gives to whoever asks for any,
 * so that no connection or server of another test gets one before its member opens it.
 */
final class TestCluster {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PORT_MIN = 16_000;
    private static final int PORT_MAX = 20_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX));

    private final String name = "test-" + UUID.randomUUID();
    private final List<String> seeds = new ArrayList<>();
    private final Deque<Integer> ports = new ArrayDeque<>();

    TestCluster(int nodes) {
        try {
            for (int i = 0; i < nodes; i++) {
                int port = free();
                ports.add(port);
                seeds.add(LOOPBACK + ":" + port);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int free() throws IOException {
        BindException last = new BindException("no port was tried");
        for (int tries = 0; tries < 100; tries++) {
            int port = NEXT.getAndUpdate(before -> before == PORT_MAX ? PORT_MIN : before + 1);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                last = taken;
            }
        }
        throw last;
    }

    int nextPort() {
        return ports.getFirst();
    }

    Fabric create(FabricParts parts, MemberTls tls) {
        return HazelcastFabric.create(settings(), parts, tls, RandomGenerator.getDefault());
    }

    /** A member with a good certificate that does to the shared structures what it likes. */
    HazelcastInstance member(NodeInfo info, MemberTls tls, FabricThreads threads) throws IOException {
        LinkPolicy policy = new LinkPolicy(
                tls,
                threads.tls(),
                threads.timer(),
                LinkPolicy.HANDSHAKE_MAX,
                FabricObserver.NONE,
                ConcurrentHashMap.newKeySet(),
                new OpenLinks());
        return TlsMembers.start(MemberConfig.of(settings(), info, info.id()), policy, MemberAttributes::refusal);
    }

    private HazelcastSettings settings() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.removeFirst());
        return new HazelcastSettings(name, address, address, seeds, Duration.ofMillis(500), Duration.ofSeconds(1));
    }
}
