package io.bridgehead.upstream.endpoint;

import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;

/** Does TLS on a connection once it is there; only then it counts as connected. */
record SecuredDial(EndpointLink link, EndpointProtocol.Secured tls, Dialer.Outcome then)
        implements Dialer.Outcome, EndpointSecurity.Outcome {
    @Override
    public void connected(Channel channel) {
        EndpointSecurity.Target target = new EndpointSecurity.Target(
                tls.settings(), link.address(), link.protocol().offered());
        tls.by().secure(link.loop(), channel, target, this);
    }

    @Override
    public void failed(Dialer.Failure failure) {
        then.failed(failure);
    }

    @Override
    public void secured(Channel channel) {
        then.connected(channel);
    }

    @Override
    public void insecure(EndpointSecurity.Failure failure) {
        StreamReset reset = failure.timedOut() ? StreamReset.CONNECT_TIMEOUT : StreamReset.TLS_FAILED;
        then.failed(new Dialer.Failure(reset, false, failure.local(), failure.detail()));
    }
}
