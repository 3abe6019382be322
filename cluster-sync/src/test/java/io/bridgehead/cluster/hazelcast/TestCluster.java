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
import java.util.random.RandomGenerator;

/** Member ports on loopback that were free a moment ago, and fabrics on them. */
final class TestCluster {
    private static final String LOOPBACK = "127.0.0.1";

    private final String name = "test-" + UUID.randomUUID();
    private final List<String> seeds = new ArrayList<>();
    private final Deque<Integer> ports = new ArrayDeque<>();

    TestCluster(int nodes) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < nodes; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
                seeds.add(LOOPBACK + ":" + socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
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
