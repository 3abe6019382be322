package io.bridgehead.tunnel;

import io.netty.channel.Channel;

/** How a tunnel connection is ended now: politely, or without waiting for a peer that may never take another byte. */
final class Closing {
    private Closing() {}

    /**
     * Ends the channel; its streams are told in this turn. Only a connection that this node ends by its own wish says good-bye (GOAWAY,
     * TLS close_notify): both would wait behind bytes that a silent peer does not take.
     */
    static void now(Channel channel, TunnelFault fault) {
        if (fault == TunnelFault.CLOSED || fault == TunnelFault.SAME_SITE || !channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().close(channel.newPromise());
        }
    }
}
