package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.handshake.Resumption;

/**
 * The proven other end of one tunnel connection: its certificate and its hello agree on all of this.
 *
 * @param resumed whether its TLS handshake resumed a session
 * @param keys by which it signs, as far as it has shown certificates for them on this connection; on its loop only
 * @param address the remote address of this connection, IP:port
 */
public record TunnelPeer(
        SpiffeId id,
        SiteName site,
        NodeName node,
        Purpose purpose,
        String address,
        Resumption.Seen resumed,
        PeerKeys keys) {
    @Override
    public String toString() {
        return id + " (" + purpose.text() + ", " + address + ")";
    }
}
