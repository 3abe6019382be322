package io.bridgehead.cluster.api;

import java.util.List;

/**
 * A record as it travels and as it is kept: what it says, the origin's signature over {@link
 * UnsignedRecord#toBeSigned}, and the signer's certificates in DER, the leaf first. Whether the signature holds is
 * for a {@link RecordVerifier} to say.
 */
public record SignedRecord(UnsignedRecord content, Bytes signature, List<Bytes> chain) {
    public SignedRecord {
        Limits.requireSize("record's signature", signature.size(), 1, Limits.SIGNATURE_BYTES_MAX);
        Limits.requireSize("record's chain", chain.size(), 1, Limits.CHAIN_MAX);
        chain = List.copyOf(chain);
        for (Bytes certificate : chain) {
            Limits.requireSize("record's certificate", certificate.size(), 1, Limits.CERTIFICATE_BYTES_MAX);
        }
    }

    public Kind kind() {
        return content.kind();
    }

    public String subject() {
        return content.subject();
    }

    public String origin() {
        return content.origin();
    }

    public Stamp stamp() {
        return content.stamp();
    }

    public Bytes body() {
        return content.body();
    }

    /** For messages: kind, subject, stamp and origin. */
    @Override
    public String toString() {
        return kind() + " \"" + subject() + "\" " + stamp() + " of " + origin();
    }
}
