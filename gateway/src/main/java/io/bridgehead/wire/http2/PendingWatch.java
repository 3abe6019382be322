package io.bridgehead.wire.http2;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.StreamByteDistributor;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Shares what can be sent evenly among streams, and tells each exchange how many of its bytes still wait. Netty's own
 * idea of a writable stream
 * also looks at the sum over all streams, by which a few stalled ones would stall the others.
 */
final class PendingWatch implements StreamByteDistributor {
    private final StreamByteDistributor even;
    private final Http2Connection.PropertyKey exchangeKey;

    PendingWatch(Http2Connection connection, Http2Connection.PropertyKey exchangeKey) {
        this.even = new UniformStreamByteDistributor(connection);
        this.exchangeKey = exchangeKey;
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        even.updateStreamableBytes(state);
        Http2Exchange exchange = state.stream().getProperty(exchangeKey);
        if (exchange != null) {
            exchange.pending(state.pendingBytes());
        }
    }

    @Override
    public void updateDependencyTree(int child, int parent, short weight, boolean exclusive) {
        // priorities are ignored (RFC 9113, section 5.3.2)
    }

    @Override
    public boolean distribute(int bytesMax, Writer writer) throws Http2Exception {
        return even.distribute(bytesMax, writer);
    }
}
