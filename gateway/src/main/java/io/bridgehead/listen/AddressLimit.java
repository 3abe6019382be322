package io.bridgehead.listen;

import io.bridgehead.model.IpAddress;
import io.bridgehead.model.Refusal;

/**
 * Lets each client address have so many connections at a time. Proxies whose word is believed speak for many clients and are not
 * counted.
 *
 * @param gate counts
 * @param connectionsMax of one address
 * @param next serves those that are let in
 */
record AddressLimit(ConnectionGate gate, int connectionsMax, EdgeProtocol next) implements EdgeProtocol {
    @Override
    public void serve(Accepted connection) {
        IpAddress peer = connection.flow().source();
        if (connection.spec().clients().trusting(peer) == null) {
            IpAddress owner = peer.owner();
            if (!gate.enter(owner, connectionsMax)) {
                connection.refuse(Refusal.ADDRESS_FULL);
                return;
            }
            connection.channel().closeFuture().addListener(done -> gate.leave(owner));
        }
        next.serve(connection);
    }
}
