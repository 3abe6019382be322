package io.bridgehead.cluster.api;

import java.util.List;

/**
 * What a signature covers: everything a record says.
 *
 * @param format the version of the binary form, {@link #FORMAT} now
 * @param kind what it is about
 * @param subject what within the kind: the source of a changeset, the node of a health message, the target of an order;
 *     of the records with one kind, origin and subject the newest counts
 * @param origin the SPIFFE ID of the signer, {@code spiffe://...}
 * @param stamp when, as told by the signer's hybrid clock
 * @param body opaque here; an empty body of a kind other than {@link Kind#CHANGESET} is a tombstone
 */
public record UnsignedRecord(int format, Kind kind, String subject, String origin, Stamp stamp, Bytes body) {
    public static final int FORMAT = 1;

    public UnsignedRecord {
        if (format != FORMAT) {
            throw new IllegalArgumentException("record's format is " + format + "; expected " + FORMAT);
        }
        Limits.requireText("record's subject", subject, 1, Limits.NAME_BYTES_MAX);
        Limits.requireText("record's origin", origin, 1, Limits.SPIFFE_ID_BYTES_MAX);
        Limits.requireSize("record's body", body.size(), 0, Limits.BODY_BYTES_MAX);
    }

    public UnsignedRecord(Kind kind, String subject, String origin, Stamp stamp, Bytes body) {
        this(FORMAT, kind, subject, origin, stamp, body);
    }

    /** The bytes to sign. They begin with a text of their own, so that no signature made for another purpose fits. */
    public Bytes toBeSigned() {
        return RecordCodec.toBeSigned(this);
    }

    public SignedRecord signed(Bytes signature, List<Bytes> chain) {
        return new SignedRecord(this, signature, chain);
    }
}
