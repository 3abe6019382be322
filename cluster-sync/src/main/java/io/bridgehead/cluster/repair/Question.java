package io.bridgehead.cluster.repair;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What one node asks another: version(1), type(1), then
 *
 * <pre>
 * 1 digest  | nothing
 * 2 names   | 256 bits: the buckets
 * 3 records | count(4), hash(32) each
 * </pre>
 */
sealed interface Question {
    int VERSION = 1;
    int WANTED_MAX = 4096;

    /** For the count and hash of each bucket. */
    record ForDigest() implements Question {}

    /** For the names of the records in some buckets. */
    record ForNames(BitSet buckets) implements Question {}

    /** For records; the answer says how many of them it dealt with. */
    record ForRecords(List<Sha256> names) implements Question {}

    default Bytes encode() {
        BinaryWriter out = new BinaryWriter().u8(VERSION);
        switch (this) {
            case ForDigest() -> out.u8(1);
            case ForNames(BitSet buckets) -> {
                out.u8(2);
                for (int i = 0; i < Digest.BUCKETS; i += 8) {
                    byte[] bits = buckets.get(i, i + 8).toByteArray();
                    out.u8(bits.length == 0 ? 0 : bits[0]);
                }
            }
            case ForRecords(List<Sha256> names) -> {
                out.u8(3).i32(names.size());
                names.forEach(name -> out.raw(name.value()));
            }
        }
        return out.toBytes();
    }

    static Question decode(Bytes bytes) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, "repair question");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        int type = in.u8();
        Question question = switch (type) {
            case 1 -> new ForDigest();
            case 2 -> new ForNames(BitSet.valueOf(in.raw(Digest.BUCKETS / 8).toArray()));
            case 3 -> new ForRecords(names(in, WANTED_MAX));
            default -> throw in.bad("type is " + type + "; expected 1, 2 or 3");
        };
        in.end();
        return question;
    }

    static List<Sha256> names(BinaryReader in, int max) throws MalformedException {
        int count = in.count("names", max, Sha256.LENGTH);
        List<Sha256> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(new Sha256(in.raw(Sha256.LENGTH)));
        }
        return names;
    }
}
