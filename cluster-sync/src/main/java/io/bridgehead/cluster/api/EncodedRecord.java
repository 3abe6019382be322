package io.bridgehead.cluster.api;

/**
 * A record together with its canonical bytes and their hash, which is the record's name.
 *
 * @param record what it says
 * @param bytes its only encoding
 * @param id the hash of {@code bytes}
 */
public record EncodedRecord(SignedRecord record, Bytes bytes, Sha256 id) {

    public static EncodedRecord of(SignedRecord record) {
        Bytes bytes = RecordCodec.encode(record);
        return new EncodedRecord(record, bytes, Sha256.of(bytes));
    }

    /** Reads bytes that nobody trusts yet; the signature is not looked at. */
    public static EncodedRecord decode(Bytes bytes) throws MalformedException {
        return new EncodedRecord(RecordCodec.decode(bytes), bytes, Sha256.of(bytes));
    }

    @Override
    public String toString() {
        return record + " (" + id.hash8() + ")";
    }
}
