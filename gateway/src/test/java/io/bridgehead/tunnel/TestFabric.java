package io.bridgehead.tunnel;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** Trust domains in a folder and the nodes of a test, which it stops. */
@OwnedBy(Owner.CONFINED)
final class TestFabric implements Stoppable {
    static final TrustDomain DOMAIN = new TrustDomain("corp.example");

    private final Path folder;
    private final Authority authority;
    private final Deque<Stoppable> started = new ArrayDeque<>();
    private int serial;

    TestFabric(Path folder) {
        this.folder = folder;
        this.authority = authority(DOMAIN, folder.resolve("authority"));
    }

    static Authority authority(TrustDomain domain, Path folder) {
        try {
            return Authority.create(folder, domain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
        } catch (PkiException e) {
            throw new AssertionError(e);
        }
    }

    Authority authority() {
        return authority;
    }

    KeyMaterial material(Authority issuer, SpiffeId id) {
        try {
            Path target = folder.resolve("identity-" + serial++);
            MaterialFiles.Paths paths = issuer.issue(IssueRequest.of(id), target, "svid", Authority.Existing.KEEP);
            return new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load();
        } catch (PkiException | MaterialException e) {
            throw new AssertionError(e);
        }
    }

    KeyMaterial gateway(String site, String node) {
        return material(authority, SpiffeId.gateway(DOMAIN, new SiteName(site), new NodeName(node)));
    }

    TestNode start(String site, String node) {
        return start(site, node, 2, 0, TunnelLimits.defaults());
    }

    TestNode start(String site, String node, int loops, int port, TunnelLimits limits) {
        return started(new TestNode(site, node, gateway(site, node), loops, port, limits))
                .start();
    }

    /** A node that nobody dials, which offers connections to those that it dials. */
    TestNode startBehindFirewall(String site, String node, int loops, TunnelLimits limits) {
        return started(new TestNode(site, node, gateway(site, node), loops, 0, limits, Clock.systemUTC(), true))
                .start();
    }

    <T extends Stoppable> T started(T closeable) {
        started.push(closeable);
        return closeable;
    }

    /** Makes the nodes peers of each other and waits until each loop reaches each other node. */
    static void mesh(TestNode... nodes) {
        List<HostPort> all = Arrays.stream(nodes).map(TestNode::address).toList();
        for (TestNode node : nodes) {
            node.tunnels().reconcile(all, Set.of());
        }
        for (TestNode node : nodes) {
            for (TestNode other : nodes) {
                if (node != other) {
                    node.awaitRequests(other);
                }
            }
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }
}
