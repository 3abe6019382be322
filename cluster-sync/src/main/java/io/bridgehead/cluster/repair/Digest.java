package io.bridgehead.cluster.repair;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** 256 buckets of record names, by their first byte; of each the count and the hash of its names in ascending order. */
record Digest(List<Bucket> buckets) {
    static final int BUCKETS = 256;

    /** What one bucket holds. */
    record Bucket(int count, Sha256 hash) {}

    static Digest of(Collection<Sha256> names) {
        List<MessageDigest> hashes = new ArrayList<>(BUCKETS);
        int[] counts = new int[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            hashes.add(Sha256.newDigest());
        }
        names.stream().sorted().forEach(name -> {
            counts[bucket(name)]++;
            hashes.get(bucket(name)).update(name.value().asBuffer());
        });
        List<Bucket> buckets = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(
                    new Bucket(counts[i], new Sha256(Bytes.wrap(hashes.get(i).digest()))));
        }
        return new Digest(List.copyOf(buckets));
    }

    static int bucket(Sha256 name) {
        return name.value().get(0) & 0xFF;
    }

    BitSet differing(Digest other) {
        BitSet differing = new BitSet(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            differing.set(i, !buckets.get(i).equals(other.buckets.get(i)));
        }
        return differing;
    }

    Bytes encode() {
        BinaryWriter out = new BinaryWriter();
        buckets.forEach(bucket -> out.i32(bucket.count()).raw(bucket.hash().value()));
        return out.toBytes();
    }

    static Digest decode(Bytes bytes) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, "repair digest");
        List<Bucket> buckets = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new Bucket(in.i32(), new Sha256(in.raw(Sha256.LENGTH))));
        }
        in.end();
        return new Digest(buckets);
    }
}
