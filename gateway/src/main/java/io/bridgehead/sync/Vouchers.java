package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Set;

/**
 * What this node says of its records to nodes that join late, and what it believes when others say it. A node that holds a record took it while
 * its signer's certificate was valid, or believed one that did. The joiner still checks the signature, that the certificate was good under its
 * own bundle at the record's time, and what its own {@code trust} lets the signer publish: a voucher stands for the passing of time and nothing
 * else, so a witness that lies can bring back what was signed once, and forge nothing. Threads: any.
 *
 * @param store what this node vouches for
 * @param tls its key, and the bundle that judges witnesses
 * @param clock stamps vouchers
 * @param old what this node lacks vouchers for
 */
public record Vouchers(Store store, LiveTls tls, HybridClock clock, OldRecords old) {
    /**
     * Vouches for those of the records asked for that this node holds; empty for none.
     *
     * @throws IllegalArgumentException for bytes that are no question
     */
    Bytes answer(Bytes question) {
        try {
            Set<Sha256> held = store.live().keySet();
            List<Sha256> known =
                    Voucher.decode(question).stream().filter(held::contains).toList();
            RecordSigner signer = new RecordSigner(tls.current().material());
            return known.isEmpty() ? Bytes.EMPTY : Voucher.sign(known, clock.next(), signer);
        } catch (MalformedException | SignatureException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Takes a voucher, whoever brings it; how many records it is news for. */
    int accept(Bytes bytes) throws MalformedException, CertificateException, SignatureException {
        Voucher voucher = Voucher.read(bytes, tls.current().validator());
        if (!old.trusts(voucher.witness())) {
            throw new SignatureException("voucher of " + voucher.witness() + "; expected a node of trust.vouchers");
        }
        return old.vouched(voucher.records());
    }
}
