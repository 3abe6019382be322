package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.RefusedPeerException;
import io.bridgehead.tls.handshake.TunnelTls;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What every tunnel connection of this node shares, whoever dialed it; all of it may be used on any loop.
 *
 * @param loops the number of this node's event loops
 * @param random safe for use by several threads
 */
record LocalEnd(
        TunnelSettings settings,
        int loops,
        TunnelTls tls,
        TunnelObserver observer,
        Enrolments enrolments,
        Pulses pulses,
        AddressResolverGroup<InetSocketAddress> resolver,
        RandomGenerator random) {
    /** The application protocol of tunnels whose dialer opens the streams. */
    static final List<String> ALPN = List.of("h2");

    /** What the port takes from those who show a certificate: the same, and tunnels in which this side opens the streams. */
    static final List<String> ACCEPTED =
            List.of("h2", Reverse.protocol(Purpose.REQUESTS), Reverse.protocol(Purpose.BYTES));

    /** What this node says on a connection of a loop. */
    Hello hello(Purpose purpose, Loop loop) {
        return new Hello(Hello.VERSION, Hello.VERSION, settings.node(), settings.site(), loops, loop.index(), purpose);
    }

    /** The peer of a live connection, which is then closed, is not trusted any more. */
    void trustWithdrawn(SpiffeId peer, CertificateException judgement) {
        observer.trustWithdrawn(peer, RefusedPeerException.why(judgement), String.valueOf(judgement.getMessage()));
    }

    TunnelLimits limits() {
        return settings.limits();
    }
}
