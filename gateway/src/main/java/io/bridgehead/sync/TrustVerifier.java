package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.SvidValidator;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a record when its signature and chain are good, the signer is who the record says, and this node's {@code trust} lets that
 * identity publish such a thing: operators publish documents and orders, nodes their own health and the folders they are granted.
 */
public final class TrustVerifier implements RecordVerifier {
    private final LiveTls tls;
    private final Publishers publishers;
    private final OldRecords old;

    /**
     * @param tls whose bundle judges chains
     * @param publishers who may publish which documents, and orders
     * @param old knows for which records somebody vouched
     */
    public TrustVerifier(LiveTls tls, Publishers publishers, OldRecords old) {
        this.tls = tls;
        this.publishers = publishers;
        this.old = old;
    }

    @Override
    public Verdict verify(EncodedRecord encoded) {
        SignedRecord record = encoded.record();
        try {
            List<X509Certificate> chain = RecordSigner.chainOf(
                    record.chain().stream().map(Bytes::toArray).toList());
            Signer signer = signer(record, chain);
            if (!signer.id.toString().equals(record.origin())) {
                return new Rejected(
                        Fault.ORIGIN, "signed by " + signer.id + "; expected its origin " + record.origin());
            }
            byte[] said = record.content().toBeSigned().toArray();
            RecordSigner.verify(said, record.signature().toArray(), chain);
            Verdict verdict = judge(record, signer.id);
            return signer.expired == null || verdict instanceof Rejected ? verdict : old(encoded, signer.expired);
        } catch (CertificateException e) {
            return new Rejected(Fault.CERTIFICATE, String.valueOf(e.getMessage()));
        } catch (SignatureException e) {
            return new Rejected(Fault.SIGNATURE, String.valueOf(e.getMessage()));
        }
    }

    /** Who signed; {@code expired} says why the certificate is not good any more, null while it is. */
    private record Signer(SpiffeId id, @Nullable String expired) {}

    /** The signer's certificate must be good now, or have been when the record was signed. Health is of now only. */
    private Signer signer(SignedRecord record, List<X509Certificate> chain) throws CertificateException {
        SvidValidator validator = tls.current().validator();
        try {
            return new Signer(validator.validate(chain), null);
        } catch (CertificateException now) {
            Instant signed = Instant.ofEpochMilli(record.stamp().millis());
            if (record.kind().equals(Kind.HEALTH) || signed.isAfter(validator.now())) {
                throw now;
            }
            return new Signer(before(validator, chain, signed, now), String.valueOf(now.getMessage()));
        }
    }

    private static SpiffeId before(
            SvidValidator validator, List<X509Certificate> chain, Instant signed, CertificateException now)
            throws CertificateException {
        try {
            return validator.validate(chain, signed);
        } catch (CertificateException then) {
            throw now;
        }
    }

    private Verdict old(EncodedRecord record, String expired) {
        if (old.isVouchedElseWanted(record.id())) {
            return new Accepted();
        }
        return new Rejected(
                Fault.EXPIRED,
                expired + "; it was good when the record was signed: expected a new 'apply' of it, or "
                        + (old.hasVouchers()
                                ? "that a node of trust.vouchers vouches for it"
                                : "trust.vouchers to name nodes that took it in time"));
    }

    @Override
    public boolean reconsiders(Sha256 record) {
        return old.isVouched(record);
    }

    /** Whether this node lets the signer of a revision publish it, whatever it did when the revision came. */
    public boolean grants(Revision revision) {
        SignedRecord record = revision.record().record();
        return publishers.keep(SpiffeId.parse(record.origin()), record.kind(), record.subject());
    }

    /** Whether this node would take a revision of a source from this signer. */
    public boolean grants(String signer, String source) {
        return publishers.allow(SpiffeId.parse(signer), Kind.CHANGESET, source);
    }

    /** Whether an identity may give orders at this node. */
    public boolean mayOrder(SpiffeId signer) {
        return orderObjection(signer) == null;
    }

    /** Why an identity may not give orders at this node; null when it may. */
    public @Nullable String orderObjection(SpiffeId signer) {
        return publishers.allow(signer, Kind.ORDER, "")
                ? null
                : signer + " may not give orders here: expected " + publishers.expected(signer, Kind.ORDER, "");
    }

    /** Whether some signer may publish some documents only. */
    public boolean bindsDocuments() {
        return publishers.boundDocuments();
    }

    /** Whether this node lets the signer of a revision publish a document of this name in it. */
    public boolean grants(String signer, String source, String document) {
        return !publishers.boundDocuments() || publishers.allowDocument(SpiffeId.parse(signer), source, document);
    }

    /** What a node tells of: itself as a whole, or what it wants of rates. */
    private static boolean isOf(NodeName node, String subject) {
        return subject.equals(node.value()) || subject.equals(RateTalk.subject(node));
    }

    private Verdict judge(SignedRecord record, SpiffeId signer) {
        if (record.kind().equals(Kind.HEALTH)) {
            NodeName node = signer.gatewayNode();
            return node != null && isOf(node, record.subject())
                    ? new Accepted()
                    : new Rejected(
                            Fault.ORIGIN,
                            "health of node '" + record.subject() + "' signed by " + signer
                                    + "; expected that node's own identity");
        }
        if (!publishers.allow(signer, record.kind(), record.subject())) {
            return new Rejected(
                    Fault.NOT_GRANTED,
                    record.kind() + " signed by " + signer + "; expected "
                            + publishers.expected(signer, record.kind(), record.subject()));
        }
        return new Accepted();
    }
}
