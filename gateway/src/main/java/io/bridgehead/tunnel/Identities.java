package io.bridgehead.tunnel;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The rule that binds what a peer says of itself to what its certificate proves. */
final class Identities {
    private Identities() {}

    /** Why this hello may not come from the holder of this certificate, naming both; null when they agree. */
    static @Nullable String problem(Hello hello, SpiffeId certified) {
        return hello.site().equals(certified.site()) && hello.node().equals(certified.gatewayNode())
                ? null
                : "the hello claims site '" + hello.site() + "' and node '" + hello.node() + "', the certificate is "
                        + certified + "; expected both to name the same site and node";
    }

    /** The remote address as IP:port, IPv6 in brackets. */
    static String addressOf(Channel channel) {
        return HostPort.textOf(channel.remoteAddress());
    }

    /** The IP address in text form. */
    static String ipOf(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
    }
}
