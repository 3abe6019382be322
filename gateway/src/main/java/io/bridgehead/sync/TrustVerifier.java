package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Takes a record when its signature and chain are good, the signer is who the record says, and this node's {@code trust} lets that
 * identity publish such a thing: operators publish documents and orders, nodes their own health and the folders they are granted.
 */
public final class TrustVerifier implements RecordVerifier {
    private final LiveTls tls;
    private final Publishers publishers;

    /**
     * @param tls whose bundle judges chains
     * @param publishers who may publish which documents, and orders
     */
    public TrustVerifier(LiveTls tls, Publishers publishers) {
        this.tls = tls;
        this.publishers = publishers;
    }

    @Override
    public Verdict verify(EncodedRecord encoded) {
        SignedRecord record = encoded.record();
        try {
            List<X509Certificate> chain = RecordSigner.chainOf(
                    record.chain().stream().map(Bytes::toArray).toList());
            SpiffeId signer = tls.current().validator().validate(chain);
            if (!signer.toString().equals(record.origin())) {
                return new Rejected(Fault.ORIGIN, "signed by " + signer + "; expected its origin " + record.origin());
            }
            byte[] said = record.content().toBeSigned().toArray();
            RecordSigner.verify(said, record.signature().toArray(), chain);
            return judge(record, signer);
        } catch (CertificateException e) {
            return new Rejected(Fault.CERTIFICATE, String.valueOf(e.getMessage()));
        } catch (SignatureException e) {
            return new Rejected(Fault.SIGNATURE, String.valueOf(e.getMessage()));
        }
    }

    private Verdict judge(SignedRecord record, SpiffeId signer) {
        if (record.kind().equals(Kind.HEALTH)) {
            NodeName node = signer.gatewayNode();
            return node != null && node.value().equals(record.subject())
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
