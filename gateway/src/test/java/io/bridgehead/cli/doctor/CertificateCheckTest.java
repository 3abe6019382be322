package io.bridgehead.cli.doctor;

import static io.bridgehead.tls.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.bridgehead.cli.doctor.Finding.Severity;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of certificates, as files of a node that does not run, and as a running node shows them. */
final class CertificateCheckTest {
    private static final String FITS = "chains, names and keys fit each other";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestAuthority authority = TestAuthority.root("acme");

    @TempDir
    Path folder;

    @BeforeEach
    void everyFileIsWell() throws PkiException {
        write("node", NOW, NOW.plus(Duration.ofDays(90)));
        write("edge", NOW, NOW.plus(Duration.ofDays(90)));
    }

    private void write(String name, Instant begin, Instant end) throws PkiException {
        Svid svid = Svid.of("spiffe://acme.example/gateway/aws/node").valid(begin, end);
        List<X509Certificate> chain = authority.chain(svid);
        PemWriter.certificates(folder.resolve(name + ".crt"), chain);
        PemWriter.pair(folder.resolve(name + ".key"), TestAuthority.ecKeys().getPrivate(), chain);
    }

    private List<Finding> check(List<String> problems, Optional<NodeFacts> node) {
        String text = "site: { name: aws }\n"
                + "listeners:\n"
                + "  - name: shop\n"
                + "    port: 8443\n"
                + "    protocol: HTTPS\n"
                + "    tls: { certificates: [ { certificate: edge.crt, key: edge.key } ] }\n";
        Reading<NodeConfig> reading =
                new NodeConfigReader(folder, "node").read("gateway.yaml", text.getBytes(StandardCharsets.UTF_8));
        NodeConfig config = ((Reading.Done<NodeConfig>) reading).value();
        List<Finding> all = CertificateCheck.of(config, problems, node, NOW);
        assertThat(all).allMatch(finding -> finding.check().equals("certificates"));
        return all;
    }

    /** What is said of the node's own certificate while the node does not run. */
    private Finding identity(Instant begin, Instant end) throws PkiException {
        write("node", begin, end);
        return about("identity " + folder.resolve("node.crt"), check(List.of(), Optional.empty()));
    }

    private static Finding about(String about, List<Finding> all) {
        return all.stream()
                .filter(finding -> finding.about().equals(about))
                .findFirst()
                .orElseThrow();
    }

    private static JsonObject row(String use, Instant begin, Instant end) {
        return new JsonObject()
                .put("use", use)
                .put("subject", "CN=leaf")
                .put("notBefore", begin.toString())
                .put("notAfter", end.toString())
                .put("problem", "");
    }

    /** What is said of certificates that a running node shows; the findings of keys' files are left out. */
    private List<Finding> shown(JsonObject... rows) {
        JsonObject certificates = new JsonObject().put("certificates", new JsonArray(List.of(rows)));
        NodeFacts node = new NodeFacts(new JsonObject(), new JsonObject(), certificates);
        return check(List.of(), Optional.of(node)).stream()
                .filter(finding -> !finding.found().equals(FITS))
                .filter(finding -> !finding.about().endsWith(".key"))
                .toList();
    }

    @Test
    void anAuthorityThatCannotBeOpenedIsNamedWithItsProblem() {
        JsonObject row =
                new JsonObject().put("use", "authority").put("source", "/ca").put("problem", "no key in /ca");
        assertThat(shown(row))
                .extracting(Finding::severity, Finding::about, Finding::found)
                .containsExactly(tuple(Severity.ERROR, "authority ", "no key in /ca"));
    }

    @Test
    void whatIsWellIsSaidToBeOfEveryFile() {
        assertThat(check(List.of(), Optional.empty()))
                .allMatch(finding -> finding.remedy().isEmpty())
                .extracting(Finding::severity, Finding::about)
                .containsExactly(
                        tuple(Severity.OK, ""),
                        tuple(Severity.OK, folder.resolve("node.key").toString()),
                        tuple(Severity.OK, "identity " + folder.resolve("node.crt")),
                        tuple(Severity.OK, folder.resolve("edge.key").toString()),
                        tuple(Severity.OK, "listener shop " + folder.resolve("edge.crt")));
    }

    @ParameterizedTest
    @CsvSource({"P90D, PT540H, 22 days", "PT24H, PT6H, 5 hours", "P1095D, P30D, 29 days", "P7D, PT42H, 41 hours"})
    void oneIsWarnedOfInTheLastQuarterOfItsTimeAndAMonthBeforeAtTheEarliest(
            Duration lifetime, Duration late, String left) throws PkiException {
        Instant end = NOW.plus(late);
        assertThat(identity(end.minus(lifetime), end))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(Severity.OK, "valid until " + end, "");

        Instant sooner = end.minus(SECOND);
        Finding finding = identity(sooner.minus(lifetime), sooner);
        assertThat(finding)
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.WARNING, "ends at " + sooner + ", in " + left);
        assertThat(finding.remedy()).startsWith("renew it").contains("bridgehead certs");
    }

    @Test
    void oneThatHasEndedIsAnErrorFromTheNextSecondOn() throws PkiException {
        Instant begin = NOW.minus(Duration.ofDays(90));
        assertThat(identity(begin, NOW))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.WARNING, "ends at " + NOW + ", in 0 hours");

        Instant end = NOW.minus(SECOND);
        Finding finding = identity(begin, end);
        assertThat(finding)
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.ERROR, "ended at " + end);
        assertThat(finding.remedy()).startsWith("renew it");
    }

    @Test
    void oneThatBeginsLaterIsAnErrorThatPointsToTheClock() throws PkiException {
        Instant begin = NOW.plus(SECOND);
        assertThat(identity(begin, begin.plus(Duration.ofDays(90))))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(
                        Severity.ERROR, "is valid from " + begin + " only", "compare clocks: this one says " + NOW);
    }

    @Test
    void certificatesOfListenersAreLookedAtAsWell() throws PkiException {
        Instant end = NOW.minus(SECOND);
        write("edge", NOW.minus(Duration.ofDays(1)), end);
        assertThat(about("listener shop " + folder.resolve("edge.crt"), check(List.of(), Optional.empty())))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.ERROR, "ended at " + end);
    }

    @Test
    void filesThatCannotBeReadAreErrors() throws IOException {
        Path certificate = folder.resolve("node.crt");
        Path key = folder.resolve("edge.key");
        Files.writeString(certificate, "no certificate\n");
        Files.delete(key);
        List<Finding> all = check(List.of("problem of a chain"), Optional.empty());
        assertThat(all)
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .extracting(Finding::about, Finding::remedy)
                .containsExactly(
                        tuple("", "'bridgehead validate' looks again"),
                        tuple(certificate.toString(), "name a file of certificates"),
                        tuple(key.toString(), "name a key that this user may read"));
        assertThat(all.getFirst().found()).isEqualTo("problem of a chain");
        assertThat(all).extracting(Finding::found).doesNotContain(FITS);
    }

    @Test
    void aKeyThatOthersMayReadIsWarnedOf() throws IOException {
        Path key = folder.resolve("edge.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(about(key.toString(), check(List.of(), Optional.empty())))
                .extracting(Finding::severity, Finding::remedy)
                .containsExactly(Severity.WARNING, "chmod 600 " + key);
    }

    @Test
    void whatARunningNodeShowsStandsForTheFiles() {
        Instant end = NOW.plus(Duration.ofDays(1));
        assertThat(shown(row("identity", NOW.minus(Duration.ofDays(89)), end)))
                .extracting(Finding::severity, Finding::about, Finding::found)
                .containsExactly(tuple(Severity.WARNING, "identity CN=leaf", "ends at " + end + ", in 24 hours"));
    }

    @Test
    void anAuthorityThatHasEndedIsAWarningWhereAnIdentityIsAnError() {
        Instant begin = NOW.minus(Duration.ofDays(90));
        Instant end = NOW.minus(SECOND);
        assertThat(shown(
                        row("identity", begin, end),
                        row("identity issuer", begin, end),
                        row("bundle of acme.example", begin, end),
                        row("endpoint authority corp", begin, end)))
                .extracting(Finding::severity, Finding::about, Finding::found)
                .containsExactly(
                        tuple(Severity.ERROR, "identity CN=leaf", "ended at " + end),
                        tuple(Severity.WARNING, "identity issuer CN=leaf", "ended at " + end),
                        tuple(Severity.WARNING, "bundle of acme.example CN=leaf", "ended at " + end),
                        tuple(Severity.WARNING, "endpoint authority corp CN=leaf", "ended at " + end));
    }

    @Test
    void whatTheNodeSaysIsWrongIsAnErrorBesideTheEnd() {
        Instant end = NOW.plus(Duration.ofDays(80));
        assertThat(shown(row("identity", NOW, end).put("problem", "no authority answers")))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(
                        tuple(Severity.ERROR, "no authority answers"), tuple(Severity.OK, "valid until " + end));
    }

    @Test
    void aListOfRevokedCertificatesNeedNotEnd() {
        assertThat(shown(row("revocation list", NOW, NOW).put("notAfter", "")))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(tuple(Severity.NOTE, "has no end"));
    }
}
