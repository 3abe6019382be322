package io.bridgehead.cluster.api;

import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of a record, version 1. Big-endian; a text has 2 bytes of length, a blob 4.
 *
 * <pre>
 * "BHR" version(1) | kind origin subject: text | stamp: millis(8) counter(4) node: text | body: blob
 *                  | signature: blob | certificates: count(1), blob each
 * </pre>
 *
 * The bytes to sign are a fixed text, a zero byte and the part up to and including the body. There is one encoding for
 * one record: a reader accepts no other, so a hash of the bytes names the record.
 */
public final class RecordCodec {
    private static final int MAGIC = 0x424852;
    /** What a record has beside its body and its certificates. */
    private static final int HEAD_BYTES_EXPECTED = 1024;

    private static final Bytes DOMAIN = Bytes.utf8("bridgehead signed record v1\0");

    private RecordCodec() {}

    public static Bytes encode(SignedRecord record) {
        int certificates = record.chain().stream().mapToInt(Bytes::size).sum();
        BinaryWriter out = new BinaryWriter(record.body().size() + certificates + HEAD_BYTES_EXPECTED);
        content(out, record.content());
        out.blob(record.signature()).u8(record.chain().size());
        record.chain().forEach(out::blob);
        return out.toBytes();
    }

    /**
     * Reads bytes that nobody trusts yet.
     *
     * @throws MalformedException naming the field that is wrong and what was expected
     */
    public static SignedRecord decode(Bytes bytes) throws MalformedException {
        if (bytes.size() > Limits.RECORD_BYTES_MAX) {
            throw new MalformedException(
                    "record: has " + bytes.size() + " bytes; expected at most " + Limits.RECORD_BYTES_MAX);
        }
        BinaryReader in = new BinaryReader(bytes, "record");
        try {
            UnsignedRecord content = content(in);
            Bytes signature = in.blob("signature", Limits.SIGNATURE_BYTES_MAX);
            List<Bytes> chain = chain(in);
            in.end();
            return new SignedRecord(content, signature, chain);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("record: " + e.getMessage(), e);
        }
    }

    static Bytes toBeSigned(UnsignedRecord record) {
        BinaryWriter out = new BinaryWriter(record.body().size() + HEAD_BYTES_EXPECTED).raw(DOMAIN);
        content(out, record);
        return out.toBytes();
    }

    private static void content(BinaryWriter out, UnsignedRecord record) {
        Stamp stamp = record.stamp();
        out.i32(MAGIC << 8 | record.format());
        out.text(record.kind().name()).text(record.origin()).text(record.subject());
        out.i64(stamp.millis()).i32(stamp.counter()).text(stamp.node());
        out.blob(record.body());
    }

    private static UnsignedRecord content(BinaryReader in) throws MalformedException {
        int head = in.i32();
        if (head >>> 8 != MAGIC) {
            throw in.bad("does not begin with \"BHR\"; expected a Bridgehead record");
        }
        int format = head & 0xFF;
        if (format != UnsignedRecord.FORMAT) {
            throw in.bad("format version is " + format + "; expected " + UnsignedRecord.FORMAT
                    + "; a newer node wrote it: upgrade this one");
        }
        Kind kind = new Kind(in.text("kind", Limits.NAME_BYTES_MAX));
        String origin = in.text("origin", Limits.SPIFFE_ID_BYTES_MAX);
        String subject = in.text("subject", Limits.NAME_BYTES_MAX);
        Stamp stamp = new Stamp(in.i64(), in.i32(), in.text("stamp's node", Limits.NAME_BYTES_MAX));
        return new UnsignedRecord(format, kind, subject, origin, stamp, in.blob("body", Limits.BODY_BYTES_MAX));
    }

    private static List<Bytes> chain(BinaryReader in) throws MalformedException {
        int count = in.u8();
        if (count > Limits.CHAIN_MAX) {
            throw in.bad("has " + count + " certificates; expected at most " + Limits.CHAIN_MAX);
        }
        List<Bytes> chain = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chain.add(in.blob("certificate", Limits.CERTIFICATE_BYTES_MAX));
        }
        return chain;
    }
}
