package io.bridgehead.tunnel;

import io.bridgehead.tls.handshake.TunnelTls;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
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
    /** The application protocols of tunnels: the dialer opens the streams. */
    static final List<String> ALPN = List.of("h2");

    Hello hello(Purpose purpose) {
        return new Hello(Hello.VERSION, Hello.VERSION, settings.node(), settings.site(), loops, purpose);
    }

    TunnelLimits limits() {
        return settings.limits();
    }
}
