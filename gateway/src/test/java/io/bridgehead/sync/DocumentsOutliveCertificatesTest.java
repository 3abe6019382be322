package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TestClock;
import io.bridgehead.sync.Reader.Trust;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was signed while a certificate was good stays in force when it has expired, and whoever comes later needs a witness. */
final class DocumentsOutliveCertificatesTest {
    private static final TestAuthority ROOT = TestAuthority.root("root");
    private static final SpiffeId ANN = SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "ann");
    private static final SpiffeId WITNESS = TestAuthority.gateway("aws", "aws-a");
    private static final SpiffeId JOINER = TestAuthority.gateway("azure", "azure-a");
    private static final Duration LIFE = Duration.ofDays(90);

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock(TestAuthority.NOW);
    private final List<Reader> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Reader::close);
    }

    private static KeyMaterial expiring(TestAuthority root, SpiffeId id, X509Certificate... bundle) {
        Svid shortLived = Svid.of(id.toString())
                .valid(TestAuthority.NOW.minus(Duration.ofHours(1)), TestAuthority.NOW.plus(LIFE));
        return root.material(shortLived, TestAuthority.ecKeys(), List.of(bundle));
    }

    private static KeyMaterial ann() {
        return expiring(ROOT, ANN, ROOT.certificate());
    }

    private Reader reader(String name, KeyMaterial material, Trust trust) throws IOException {
        Reader reader = new Reader(folder.resolve(name), material, trust, clock);
        open.add(reader);
        return reader;
    }

    private Reader witness() throws IOException {
        return reader("witness", ROOT.material(WITNESS), Trust.operators());
    }

    private Reader joiner(String... vouchers) throws IOException {
        return reader("joiner", ROOT.material(JOINER), Trust.operators().vouchedBy(vouchers));
    }

    private void afterItExpired() {
        clock.set(TestAuthority.NOW.plus(LIFE).plusSeconds(1));
    }

    private static Bytes vouch(Reader witness, EncodedRecord... records) {
        return witness.vouchers.answer(
                Voucher.encode(List.of(records).stream().map(EncodedRecord::id).toList()));
    }

    @Test
    void theRunningNodeAndTheRestartedNodeKeepIt() throws IOException {
        EncodedRecord record = Reader.changeset(ann(), "shop", clock.instant());
        try (Reader running = new Reader(folder.resolve("x"), ROOT.material(WITNESS), Trust.operators(), clock)) {
            assertThat(running.receive(record)).isInstanceOf(Receipt.Accepted.class);
            afterItExpired();
            assertThat(running.receive(record)).isInstanceOf(Receipt.Known.class);
            assertThat(running.serves("shop")).isTrue();
        }
        Reader restarted = reader("x", ROOT.material(WITNESS), Trust.operators());
        assertThat(restarted.serves("shop")).isTrue();
        assertThat(restarted.rejected.lines()).isEmpty();
    }

    @Test
    void aJoinerWithoutVoucherRefusesItAndSaysWhatWouldHelp() throws IOException {
        EncodedRecord record = Reader.changeset(ann(), "shop", clock.instant());
        afterItExpired();
        Reader joiner = joiner();
        assertThat(joiner.receive(record)).isInstanceOfSatisfying(Receipt.Rejected.class, refused -> {
            assertThat(refused.fault()).isEqualTo(Fault.EXPIRED);
            assertThat(refused.reason()).contains("expired at", "trust.vouchers to name nodes that took it in time");
        });
        assertThat(joiner.serves("shop")).isFalse();
        assertThat(joiner.rejected.lines()).singleElement().satisfies(line -> {
            assertThat(line.origin()).isEqualTo(ANN.toString());
            assertThat(line.subject()).isEqualTo("changeset \"shop\"");
        });
    }

    @Test
    void aJoinerTakesItAtOnceWhenANodeThatItTrustsVouches() throws Exception {
        EncodedRecord record = Reader.changeset(ann(), "shop", clock.instant());
        Reader witness = witness();
        witness.receive(record);
        afterItExpired();
        Reader joiner = joiner(WITNESS.toString());
        assertThat(joiner.fault(record)).isEqualTo(Fault.EXPIRED);
        assertThat(joiner.vouchers.accept(vouch(witness, record))).isEqualTo(1);
        assertThat(joiner.receive(record)).isInstanceOf(Receipt.Accepted.class);
        assertThat(joiner.serves("shop")).isTrue();
    }

    @Test
    void aWitnessVouchesOnlyForWhatItHolds() throws IOException {
        EncodedRecord unknown = Reader.changeset(ann(), "shop", clock.instant());
        assertThat(vouch(witness(), unknown).isEmpty()).isTrue();
    }

    @Test
    void theWordOfOthersIsNotTaken() throws Exception {
        EncodedRecord record = Reader.changeset(ann(), "shop", clock.instant());
        Reader witness = witness();
        witness.receive(record);
        afterItExpired();
        Reader joiner = joiner("spiffe://acme.example/site/gcp/gateway/*", "spiffe://acme.example/operator/*");
        joiner.receive(record);
        Bytes word = vouch(witness, record);
        assertThatThrownBy(() -> joiner.vouchers.accept(word))
                .isInstanceOf(SignatureException.class)
                .hasMessageContaining("expected a node of trust.vouchers");
        KeyMaterial operator = ROOT.material(SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "eve"));
        Bytes ofOperator = Voucher.sign(List.of(record.id()), joiner.hybrid.next(), new RecordSigner(operator));
        assertThatThrownBy(() -> joiner.vouchers.accept(ofOperator)).hasMessageContaining("trust.vouchers");
        assertThat(joiner.fault(record)).isEqualTo(Fault.EXPIRED);
    }

    @Test
    void anOldVoucherAndOneOfAnExpiredNodeAreRefused() throws Exception {
        EncodedRecord record = Reader.changeset(ann(), "shop", clock.instant());
        Reader witness = reader("witness", expiring(ROOT, WITNESS, ROOT.certificate()), Trust.operators());
        witness.receive(record);
        Bytes kept = vouch(witness, record);
        clock.advance(Voucher.AGE_MAX.plusSeconds(1));
        Reader joiner = joiner(WITNESS.toString());
        assertThatThrownBy(() -> joiner.vouchers.accept(kept)).hasMessageContaining("expected within 60 s");
        afterItExpired();
        Bytes expired = vouch(witness, record);
        assertThatThrownBy(() -> joiner.vouchers.accept(expired)).isInstanceOf(CertificateException.class);
    }

    @Test
    void aWitnessThatLiesForgesNothing() throws Exception {
        KeyMaterial foreign = TestAuthority.root("foreign").material(ANN);
        EncodedRecord forged = Reader.changeset(foreign, "shop", clock.instant());
        EncodedRecord byNode = Reader.changeset(expiring(ROOT, WITNESS, ROOT.certificate()), "shop", clock.instant());
        EncodedRecord late =
                Reader.changeset(ann(), "shop", TestAuthority.NOW.plus(LIFE).plusMillis(500));
        afterItExpired();
        Reader joiner = joiner(WITNESS.toString());
        for (EncodedRecord record : List.of(forged, byNode, late)) {
            joiner.receive(record);
            joiner.vouchers.accept(
                    Voucher.sign(List.of(record.id()), joiner.hybrid.next(), new RecordSigner(ROOT.material(WITNESS))));
        }
        clock.advance(Duration.ofSeconds(61));
        assertThat(joiner.fault(forged)).isEqualTo(Fault.CERTIFICATE);
        assertThat(joiner.fault(byNode)).isEqualTo(Fault.NOT_GRANTED);
        assertThat(joiner.fault(late)).as("signed after the certificate ended").isEqualTo(Fault.CERTIFICATE);
        assertThat(joiner.store.heads()).isEmpty();
    }

    @Test
    void whatASiteThatIsGonePublishedStays() throws Exception {
        SpiffeId gone = TestAuthority.gateway("gone", "gone-a");
        Publisher granted = new Publisher(List.of(), List.of(IdentityPattern.parse(gone.toString())), List.of("docs"));
        Trust trust = new Trust(List.of(granted), List.of(WITNESS.toString()));
        EncodedRecord record = Reader.changeset(expiring(ROOT, gone, ROOT.certificate()), "docs", clock.instant());
        Reader witness = reader("witness", ROOT.material(WITNESS), trust);
        witness.receive(record);
        afterItExpired();
        assertThat(witness.serves("docs")).isTrue();
        Reader joiner = reader("joiner", ROOT.material(JOINER), trust);
        joiner.receive(record);
        joiner.vouchers.accept(vouch(witness, record));
        assertThat(joiner.receive(record)).isInstanceOf(Receipt.Accepted.class);
    }

    @Test
    void rootsRotateByAnOverlap() throws IOException {
        TestAuthority next = TestAuthority.root("next");
        KeyMaterial before =
                ROOT.material(Svid.of(ANN.toString()), TestAuthority.ecKeys(), List.of(ROOT.certificate()));
        KeyMaterial after = next.material(Svid.of(ANN.toString()), TestAuthority.ecKeys(), List.of(next.certificate()));
        KeyMaterial own = ROOT.material(WITNESS);
        Reader reader = reader("x", own, Trust.operators());
        EncodedRecord old = Reader.changeset(before, "old", clock.instant());
        assertThat(reader.receive(old)).isInstanceOf(Receipt.Accepted.class);
        EncodedRecord early = Reader.changeset(after, "new", clock.instant());
        assertThat(reader.fault(early)).as("before the overlap").isEqualTo(Fault.CERTIFICATE);

        reader.tls.swap(bundled(own, ROOT.certificate(), next.certificate()));
        clock.advance(Duration.ofSeconds(61));
        assertThat(reader.receive(early)).as("during the overlap").isInstanceOf(Receipt.Accepted.class);
        assertThat(reader.receive(Reader.changeset(before, "both", clock.instant())))
                .isInstanceOf(Receipt.Accepted.class);

        reader.tls.swap(bundled(next.material(WITNESS), next.certificate()));
        assertThat(reader.fault(Reader.changeset(before, "late", clock.instant())))
                .as("after the old one is removed")
                .isEqualTo(Fault.CERTIFICATE);
        assertThat(reader.store.active().keySet()).containsExactly("both", "new", "old");
    }

    private static KeyMaterial bundled(KeyMaterial own, X509Certificate... bundle) {
        try {
            return KeyMaterial.of(own.chain(), own.key(), List.of(bundle));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
