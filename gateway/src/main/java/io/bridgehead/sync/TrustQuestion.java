package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node is asked before a change is applied: which of these documents its {@code trust} would leave out there.
 *
 * <pre>
 * question: version(1) | signer: text, may be empty | source: text | documents: count(4), (name: text, blob) each
 * answer:   version(1) | left out: count(4), text each | further ones(4)
 * </pre>
 *
 * @param signer who would publish them; empty when that is not known yet
 * @param source where
 * @param documents new or changed texts by name
 */
public record TrustQuestion(String signer, String source, SortedMap<String, String> documents) {
    /** What an answer has room for; more are counted. */
    public static final int LINES_MAX = 64;

    static final int LINE_BYTES_MAX = 2048;
    private static final int VERSION = 1;

    public TrustQuestion {
        documents = Collections.unmodifiableSortedMap(new TreeMap<>(documents));
    }

    /**
     * What a node would leave out.
     *
     * @param lines a sentence each
     * @param more how many there are beyond these
     */
    public record LeftOut(List<String> lines, int more) {
        public LeftOut {
            lines = List.copyOf(lines);
        }

        /** The first ones of these. */
        public static LeftOut of(List<String> all) {
            List<String> first = all.subList(0, Math.min(LINES_MAX, all.size()));
            return new LeftOut(first, all.size() - first.size());
        }

        /** For the asker. */
        public Bytes encode() {
            BinaryWriter out = new BinaryWriter().u8(VERSION).i32(lines.size());
            lines.forEach(line -> out.text(brief(line)));
            return out.i32(more).toBytes();
        }

        /** Cut where a character of the text begins. */
        private static String brief(String line) {
            return line.length() * 3 <= LINE_BYTES_MAX ? line : line.substring(0, LINE_BYTES_MAX / 3 - 3) + "...";
        }

        /**
         * Reads what another node answered.
         *
         * @throws MalformedException naming the field that is wrong
         */
        public static LeftOut decode(Bytes bytes) throws MalformedException {
            BinaryReader in = reader(bytes, "answer about trust");
            int count = in.count("lines", LINES_MAX, 2);
            List<String> lines = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                lines.add(in.text("line", LINE_BYTES_MAX));
            }
            int more = in.i32();
            in.end();
            return new LeftOut(lines, Math.max(0, more));
        }
    }

    /** For nodes that are asked; longer than a question may be when the documents are that many. */
    public Bytes encode() {
        BinaryWriter out = new BinaryWriter().u8(VERSION).text(signer).text(source);
        out.i32(documents.size());
        documents.forEach((name, text) -> out.text(name).blob(Bytes.utf8(text)));
        return out.toBytes();
    }

    /**
     * Reads what another node asks.
     *
     * @throws MalformedException naming the field that is wrong
     */
    public static TrustQuestion decode(Bytes bytes) throws MalformedException {
        BinaryReader in = reader(bytes, "question about trust");
        String signer = in.text("signer", Limits.SPIFFE_ID_BYTES_MAX);
        String source = in.text("source", Limits.NAME_BYTES_MAX);
        int count = in.count("documents", Limits.DOCUMENTS_MAX, 6);
        SortedMap<String, String> documents = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.text("document's name", Limits.NAME_BYTES_MAX);
            documents.put(name, in.blob("document", Limits.DOCUMENT_BYTES_MAX).toUtf8());
        }
        in.end();
        return new TrustQuestion(signer, source, documents);
    }

    private static BinaryReader reader(Bytes bytes, String what) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, what);
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        return in;
    }
}
