package io.bridgehead.wire;

/** A way for datagrams to one peer; on one loop. */
public interface DatagramLink {
    /**
     * Sends a datagram as it is, now or at the end of the loop's turn.
     *
     * @return false if it was dropped because too many wait to be sent
     */
    boolean send(Chunk datagram);

    /** Nothing more is sent or told. */
    void close();
}
