package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.limit.RateWants;
import io.bridgehead.limit.RateWants.Bucket;
import io.bridgehead.limit.RateWants.Want;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.SvidValidator;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tunnel.EnrolmentService;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What nodes of this version say to each other beside the records of cluster-sync, held against what earlier ones said. */
final class WireFormatsTest {
    private static final Stage STAGE = new Stage(
            Stage.Reach.SITE,
            "aws",
            new Changeset(
                    "shop",
                    2,
                    List.of(new RevisionId(1, "0c1d2e3f")),
                    "ann",
                    Instant.ofEpochMilli(1_700_000_000_000L),
                    "try it",
                    new TreeMap<>(Map.of("Service/a", Sha256.of(Bytes.utf8("kind: Service")))),
                    new TreeMap<>(Map.of("Service/a", Bytes.utf8("kind: Service"))),
                    new TreeSet<>(List.of("Service/b"))));
    private static final List<Sha256> NAMES = List.of(Sha256.of(Bytes.utf8("one")), Sha256.of(Bytes.utf8("two")));
    private static final RateWants WANTS =
            new RateWants(Map.of(new Bucket(0x0102030405060708L, -2), new Want(0.75, true)));
    private static final SpiffeId WITNESS = TestAuthority.gateway("aws", "aws-a");

    @Test
    void aStage() throws MalformedException {
        GoldenBytes.check("stage-1.hex", STAGE.encode());
        assertThat(Stage.decode(GoldenBytes.stored("stage-1.hex"))).isEqualTo(STAGE);
        assertThat(new Stage(Stage.Reach.NODE, "n", STAGE.changeset()).encode().toHex())
                .startsWith("0101" + "00016e");
        assertThat(new Stage(Stage.Reach.ALL, "", STAGE.changeset()).encode().toHex())
                .startsWith("0103" + "0000");
    }

    @Test
    void whatIsVouchedForAndTheQuestion() throws MalformedException {
        GoldenBytes.check("voucher-1.hex", Voucher.encode(NAMES));
        assertThat(Voucher.decode(GoldenBytes.stored("voucher-1.hex"))).isEqualTo(NAMES);
    }

    /** A signature differs each time, so a voucher of an earlier node is read, and none is written. */
    @Test
    void aVoucherOfAnEarlierNodeIsGood() throws Exception {
        TestAuthority authority = TestAuthority.root("golden");
        Bytes root = GoldenBytes.stored("voucher-record-1-root.hex", () -> encoded(authority.certificate()));
        Bytes record = GoldenBytes.stored("voucher-record-1.hex", () -> vouching(authority.material(WITNESS)));
        SvidValidator validator =
                new SvidValidator(TestAuthority.TRUST_DOMAIN, List.of(certificate(root)), TestAuthority.CLOCK);
        assertThat(Voucher.read(record, validator)).isEqualTo(new Voucher(WITNESS, NAMES));
    }

    private static Bytes vouching(KeyMaterial material) {
        try {
            Stamp stamp = new Stamp(TestAuthority.NOW.toEpochMilli(), 0, "aws-a");
            return Voucher.sign(NAMES, stamp, new RecordSigner(material));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Bytes encoded(X509Certificate certificate) {
        try {
            return Bytes.wrap(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate certificate(Bytes encoded) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded.toArray()));
    }

    @Test
    void wantsOfRates() throws MalformedException {
        GoldenBytes.check("rate-wants-1.hex", RateWantsCodec.encode(WANTS));
        assertThat(RateWantsCodec.decode(GoldenBytes.stored("rate-wants-1.hex")))
                .isEqualTo(WANTS);
        assertThat(RateWantsCodec.encode(RateWants.NONE).toHex()).isEqualTo("01" + "00000000");
    }

    @Test
    void whereClustersBesideEachOtherAre() {
        assertThat(ClustersAhead.answer(new NodeName("aws-a")).toHex()).isEqualTo("06" + "00000005" + "6177732d61");
    }

    @Test
    void whereControlStreamsGo() {
        assertThat(TunnelExchange.REPAIR_PATH).isEqualTo("/.bridgehead/repair");
        assertThat(TunnelExchange.RECORD_PATH).isEqualTo("/.bridgehead/record");
        assertThat(TunnelExchange.COMMIT_PATH).isEqualTo("/.bridgehead/commit");
        assertThat(TunnelExchange.WATCH_PATH).isEqualTo("/.bridgehead/watch");
        assertThat(Vouching.PATH).isEqualTo("/.bridgehead/voucher");
        assertThat(TrustPoll.PATH).isEqualTo("/.bridgehead/trust");
        assertThat(EnrolmentService.JOIN).isEqualTo("bridgehead-join/1");
        assertThat(EnrolmentService.RENEW).isEqualTo("bridgehead-renew/1");
    }
}
