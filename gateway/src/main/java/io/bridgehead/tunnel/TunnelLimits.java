package io.bridgehead.tunnel;

/**
 * The bounds of tunnels. Times in milliseconds.
 *
 * @param connectMillis a TCP connection is established within this time
 * @param helloMillis the hello is complete this long after the TLS handshake (whose own limit belongs to the TLS settings)
 * @param waitMillis how long a stream waits for a connection to be ready before it is reset
 * @param waitingStreamsMax streams that wait so, per loop, peer and purpose
 * @param connectionsMax connections per loop, peer and purpose
 * @param fillPercent another connection is opened when every one carries this share of its streams
 * @param connectionIdleMillis a connection beyond the first without a stream for so long is closed
 * @param reconnectFirstMillis the first pause before a lost or refused connection is tried again
 * @param reconnectMaxMillis the longest pause after failures of the network; a returned peer is back within little more
 * @param refusedMaxMillis the longest pause after a refusal for identity or version, which only people change
 * @param recheckMillis how often an address is looked at again that turned out to be this node, its site, or a duplicate
 * @param silentInboundMillis connections of a node that this node does not dial are closed after so long without a byte from it
 * @param acceptedPerAddressMax connections accepted from one IP address
 * @param handshakesMax connections accepted that have not finished their hello
 */
public record TunnelLimits(
        int connectMillis,
        int helloMillis,
        int waitMillis,
        int waitingStreamsMax,
        int connectionsMax,
        int fillPercent,
        int connectionIdleMillis,
        int reconnectFirstMillis,
        int reconnectMaxMillis,
        int refusedMaxMillis,
        int recheckMillis,
        int silentInboundMillis,
        int acceptedPerAddressMax,
        int handshakesMax) {
    /** The defaults. */
    public static TunnelLimits defaults() {
        return new TunnelLimits(3_000, 5_000, 2_000, 1_024, 8, 80, 60_000, 100, 1_500, 10_000, 30_000, 5_000, 512, 256);
    }

    /** @throws IllegalArgumentException naming the first bound that is out of range */
    public TunnelLimits {
        require("connectMillis", connectMillis);
        require("helloMillis", helloMillis);
        require("waitMillis", waitMillis);
        require("waitingStreamsMax", waitingStreamsMax);
        require("connectionsMax", connectionsMax);
        require("fillPercent", fillPercent);
        require("reconnectFirstMillis", reconnectFirstMillis);
        require("reconnectMaxMillis", reconnectMaxMillis);
        require("refusedMaxMillis", refusedMaxMillis);
        require("recheckMillis", recheckMillis);
        require("silentInboundMillis", silentInboundMillis);
        require("acceptedPerAddressMax", acceptedPerAddressMax);
        require("handshakesMax", handshakesMax);
        if (fillPercent > 100) {
            throw new IllegalArgumentException("tunnel limit fillPercent " + fillPercent + ": expected 1 to 100");
        }
    }

    /** These bounds with others for floods. */
    public TunnelLimits withFloodBounds(int otherAcceptedPerAddressMax, int otherHandshakesMax) {
        return new TunnelLimits(
                connectMillis,
                helloMillis,
                waitMillis,
                waitingStreamsMax,
                connectionsMax,
                fillPercent,
                connectionIdleMillis,
                reconnectFirstMillis,
                reconnectMaxMillis,
                refusedMaxMillis,
                recheckMillis,
                silentInboundMillis,
                otherAcceptedPerAddressMax,
                otherHandshakesMax);
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tunnel limit " + name + " " + value + ": expected 1 or more");
        }
    }
}
