package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.limit.RateWants;
import io.bridgehead.limit.RateWants.Bucket;
import io.bridgehead.limit.RateWants.Want;
import java.util.HashMap;
import java.util.Map;

/**
 * The binary form of {@link RateWants}: the payload of a health message of its own subject.
 *
 * <pre>
 * version(1) | wants: count(4), (limit(8) key(8) part(8, IEEE 754) busy(1)) each; at most 256
 * </pre>
 */
final class RateWantsCodec {
    private static final int VERSION = 1;
    private static final int WANT_BYTES = 25;

    private RateWantsCodec() {}

    static Bytes encode(RateWants all) {
        BinaryWriter out = new BinaryWriter().u8(VERSION).i32(all.wants().size());
        all.wants()
                .forEach((bucket, want) -> out.i64(bucket.limit())
                        .i64(bucket.key())
                        .i64(Double.doubleToRawLongBits(want.part()))
                        .u8(want.busy() ? 1 : 0));
        return out.toBytes();
    }

    /** @throws MalformedException naming what is wrong */
    static RateWants decode(Bytes payload) throws MalformedException {
        BinaryReader in = new BinaryReader(payload, "wants of rates");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        int count = in.count("wants", RateWants.WANTS_MAX, WANT_BYTES);
        Map<Bucket, Want> wants = new HashMap<>();
        for (int i = 0; i < count; i++) {
            Bucket bucket = new Bucket(in.i64(), in.i64());
            double part = Double.longBitsToDouble(in.i64());
            if (!(part >= 0)) {
                throw in.bad("part is " + part + "; expected 0 or more");
            }
            wants.put(bucket, new Want(part, in.u8() != 0));
        }
        in.end();
        return new RateWants(wants);
    }
}
