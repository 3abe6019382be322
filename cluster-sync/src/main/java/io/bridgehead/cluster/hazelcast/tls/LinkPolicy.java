package io.bridgehead.cluster.hazelcast.tls;

import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.MemberTls;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * How links between members are made, and who may be at the other end.
 *
 * @param material this node's keys, and its judgement of a peer
 * @param tasks runs what an engine delegates: signatures and certificate paths
 * @param timer ends handshakes that take too long
 * @param handshake how long a handshake may take
 * @param observer is told of each link made and refused
 * @param probes addresses from which this node tries its own port; their refusal is no news. A set for many threads
 * @param links those that are open now
 */
public record LinkPolicy(
        MemberTls material,
        Executor tasks,
        ScheduledExecutorService timer,
        Duration handshake,
        FabricObserver observer,
        Set<SocketAddress> probes,
        OpenLinks links) {
    public static final Duration HANDSHAKE_MAX = Duration.ofSeconds(10);

    /** How long a refused link is drained, so that the peer reads the alert and not a reset. */
    static final Duration DRAIN = Duration.ofMillis(100);

    /**
     * An engine with the material of this moment. The client's knows no host and port, so no session of it is kept, and
     * each connection proves both certificates.
     */
    SSLEngine newEngine(boolean client) {
        SSLEngine engine = material.current().createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    /** The SPIFFE ID at the other end of an engine whose handshake is done. */
    String peerId(SSLEngine engine) throws CertificateException, SSLPeerUnverifiedException {
        return material.peerId(chain(engine));
    }

    /** The same, of a link that is open. */
    String stillPeerId(SSLEngine engine) throws CertificateException, SSLPeerUnverifiedException {
        return material.stillPeerId(chain(engine));
    }

    private static List<X509Certificate> chain(SSLEngine engine) throws SSLPeerUnverifiedException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : engine.getSession().getPeerCertificates()) {
            if (certificate instanceof X509Certificate x509) {
                chain.add(x509);
            }
        }
        return List.copyOf(chain);
    }
}
