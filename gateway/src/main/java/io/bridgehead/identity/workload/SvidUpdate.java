package io.bridgehead.identity.workload;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of {@code FetchX509SVID} (X509SVIDResponse of the SPIFFE Workload API): the whole state, in place of the one before. Nothing in it has
 * been judged.
 *
 * @param crls each DER
 * @param federated bundles of other trust domains by name, concatenated DER; kept apart from the own one
 */
record SvidUpdate(List<Svid> svids, List<byte[]> crls, Map<String, byte[]> federated) {
    private static final int SVIDS_MAX = 64;

    SvidUpdate {
        svids = List.copyOf(svids);
        crls = List.copyOf(crls);
        federated = Map.copyOf(federated);
    }

    /**
     * One identity.
     *
     * @param chain concatenated DER, the leaf first
     * @param key PKCS#8, DER
     * @param bundle concatenated DER
     * @param hint what it is meant for, as the operator of the agent calls it; may be empty
     */
    record Svid(String id, ByteBuffer chain, ByteBuffer key, ByteBuffer bundle, String hint) {
        @Override
        public String toString() {
            return id + (hint.isEmpty() ? "" : " (" + hint + ")");
        }
    }

    /** @throws IllegalArgumentException if it is malformed or has too many identities */
    static SvidUpdate parse(byte[] message) {
        List<Svid> svids = new ArrayList<>();
        List<byte[]> crls = new ArrayList<>();
        Map<String, byte[]> federated = new HashMap<>();
        Protobuf.read(message, (field, value) -> {
            switch (field) {
                case 1 -> svids.add(svid(value));
                case 2 -> crls.add(value);
                case 3 -> entry(value, federated);
                default -> {}
            }
        });
        if (svids.size() > SVIDS_MAX) {
            throw new IllegalArgumentException("found " + svids.size() + " identities; expected at most " + SVIDS_MAX);
        }
        return new SvidUpdate(svids, crls, federated);
    }

    private static Svid svid(byte[] message) {
        byte[][] fields = {{}, {}, {}, {}, {}, {}};
        Protobuf.read(message, (field, value) -> {
            if (field < fields.length) {
                fields[field] = value;
            }
        });
        return new Svid(
                Protobuf.text(fields[1]),
                ByteBuffer.wrap(fields[2]),
                ByteBuffer.wrap(fields[3]),
                ByteBuffer.wrap(fields[4]),
                Protobuf.text(fields[5]));
    }

    private static void entry(byte[] message, Map<String, byte[]> into) {
        byte[][] fields = {{}, {}, {}};
        Protobuf.read(message, (field, value) -> {
            if (field < fields.length) {
                fields[field] = value;
            }
        });
        into.put(Protobuf.text(fields[1]), fields[2]);
    }

    /**
     * The identity that a node must have; of several with that name, the one whose hint is {@code bridgehead}, else the first.
     *
     * @return null when there is none
     */
    @Nullable
    Svid of(String id) {
        Svid found = null;
        for (Svid svid : svids) {
            if (svid.id().equals(id)
                    && (found == null
                            || (svid.hint().equals("bridgehead")
                                    && !found.hint().equals("bridgehead")))) {
                found = svid;
            }
        }
        return found;
    }
}
