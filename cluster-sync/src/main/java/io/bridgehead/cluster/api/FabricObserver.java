package io.bridgehead.cluster.api;

/** Is told what the fabric did, for logs and meters. Called on its threads; must not wait. */
public interface FabricObserver {
    FabricObserver NONE = new FabricObserver() {};

    default void recordAccepted(EncodedRecord record, String carrier) {}

    /** A record was ignored. */
    default void recordRejected(Rejection rejection) {}

    /** A node has signed its health with this stamp, which may be as wrong as its clock, or old. */
    default void healthStamped(String origin, Stamp stamp) {}

    /** An origin or carrier sent more than its bound; what it sent is ignored, the last good is kept. */
    default void boundExceeded(String who, String bound) {}

    /** A connection to the member port, or of this node to another, was refused. */
    default void linkRefused(String remote, String reason) {}

    default void linkEstablished(String remote, String peerId) {}

    /** A comparison with the shared picture found and moved this many records in each direction. */
    default void reconciled(int taken, int given) {}

    default void clusterFailed(String problem) {}
}
