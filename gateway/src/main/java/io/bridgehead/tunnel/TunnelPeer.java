package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;

/**
 * The proven other end of one tunnel connection: its certificate and its hello agree on all of this.
 *
 * @param address the remote address of this connection, IP:port
 */
public record TunnelPeer(SpiffeId id, SiteName site, NodeName node, Purpose purpose, String address) {
    @Override
    public String toString() {
        return id + " (" + purpose.text() + ", " + address + ")";
    }
}
