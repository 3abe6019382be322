package io.bridgehead.wire;

/** Hears what comes from the peer of a {@link DatagramLink}; on its loop. */
public interface DatagramEvents {
    /** A datagram came; its receiver owns it. */
    void onDatagram(Chunk datagram);

    /** The peer's host says that nobody takes datagrams there (ICMP), or the system that there is no way. */
    void onUnreachable(String detail);
}
