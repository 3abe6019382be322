package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.SvidValidator;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's signed word that it holds certain records, which it took when they were valid: a record of kind {@code voucher} that is never
 * stored. Question and body have one form.
 *
 * <pre>
 * version(1) | records: count(4), hash(32) each
 * </pre>
 *
 * @param witness who says so
 * @param records the names of the records
 */
record Voucher(SpiffeId witness, List<Sha256> records) {
    static final int NAMES_MAX = 1024;
    /** A voucher is asked for and given at once; an older one was kept by somebody. */
    static final Duration AGE_MAX = HybridClock.AHEAD_MAX;

    private static final int VERSION = 1;
    private static final Kind KIND = new Kind("voucher");

    Voucher {
        records = List.copyOf(records);
    }

    static Bytes encode(List<Sha256> names) {
        BinaryWriter out = new BinaryWriter().u8(VERSION).i32(names.size());
        names.forEach(name -> out.raw(name.value()));
        return out.toBytes();
    }

    /**
     * Reads names that nobody trusts yet.
     *
     * @throws MalformedException naming what is wrong
     */
    static List<Sha256> decode(Bytes bytes) throws MalformedException {
        BinaryReader in = new BinaryReader(bytes, "voucher");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        int count = in.count("records", NAMES_MAX, Sha256.LENGTH);
        List<Sha256> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(new Sha256(in.raw(Sha256.LENGTH)));
        }
        in.end();
        return names;
    }

    /** Vouches for records as the holder of a key. */
    static Bytes sign(List<Sha256> records, Stamp stamp, RecordSigner signer) throws SignatureException {
        String self = signer.id().toString();
        return Changesets.sign(new UnsignedRecord(KIND, self, self, stamp, encode(records)), signer)
                .bytes();
    }

    /**
     * Reads what a node answered, and checks that it is signed, by whom, and just now.
     *
     * @throws MalformedException for bytes that are no voucher
     * @throws CertificateException if the signer's certificate is not good now
     * @throws SignatureException if the signature is not the signer's, or old
     */
    static Voucher read(Bytes bytes, SvidValidator validator)
            throws MalformedException, CertificateException, SignatureException {
        SignedRecord record = EncodedRecord.decode(bytes).record();
        if (!record.kind().equals(KIND)) {
            throw new MalformedException("voucher: kind is " + record.kind() + "; expected " + KIND);
        }
        List<X509Certificate> chain =
                RecordSigner.chainOf(record.chain().stream().map(Bytes::toArray).toList());
        Instant now = validator.now();
        SpiffeId witness = RecordSigner.verify(
                record.content().toBeSigned().toArray(), record.signature().toArray(), chain, validator, now);
        if (!witness.toString().equals(record.origin())) {
            throw new SignatureException("voucher signed by " + witness + "; expected its origin " + record.origin());
        }
        Instant stamp = Instant.ofEpochMilli(record.stamp().millis());
        if (Duration.between(stamp, now).abs().compareTo(AGE_MAX) > 0) {
            throw new SignatureException("voucher of " + witness + " is stamped " + stamp + "; expected within "
                    + AGE_MAX.toSeconds() + " s of " + now);
        }
        return new Voucher(witness, decode(record.body()));
    }
}
