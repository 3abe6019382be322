package io.bridgehead.cluster.api;

import java.util.Comparator;

/**
 * The envelope of a health report: which life of the node sent it, and as which message of that life.
 *
 * @param incarnation grows with each start of the node, such as the milliseconds of its start
 * @param sequence grows with each message of one incarnation
 * @param payload what the node reports; opaque here
 */
public record HealthMessage(long incarnation, long sequence, Bytes payload) {
    private static final int VERSION = 1;
    private static final Comparator<HealthMessage> ORDER =
            Comparator.comparingLong(HealthMessage::incarnation).thenComparingLong(HealthMessage::sequence);

    public HealthMessage {
        Limits.requireSize("health payload", payload.size(), 0, Limits.HEALTH_BYTES_MAX);
    }

    /** True when this message was sent after {@code other} by the same node. */
    public boolean isAfter(HealthMessage other) {
        return ORDER.compare(this, other) > 0;
    }

    /** This message as the body of a record that is still to be signed; the subject is the node. */
    public UnsignedRecord toRecord(String node, String origin, Stamp stamp) {
        return new UnsignedRecord(Kind.HEALTH, node, origin, stamp, encode());
    }

    public Bytes encode() {
        return new BinaryWriter()
                .u8(VERSION)
                .i64(incarnation)
                .i64(sequence)
                .blob(payload)
                .toBytes();
    }

    public static HealthMessage decode(Bytes bytes) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, "health message");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        HealthMessage message = new HealthMessage(in.i64(), in.i64(), in.blob("payload", Limits.HEALTH_BYTES_MAX));
        in.end();
        return message;
    }
}
