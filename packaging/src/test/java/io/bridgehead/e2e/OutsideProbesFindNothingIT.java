package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OtherAuthority;
import io.bridgehead.e2e.harness.OutsideProgram;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that others have made to find fault with servers find none that is not listed with its reason in {@code expected.txt}. */
@Tag("interop")
final class OutsideProbesFindNothingIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final String HOST = "shop.example";
    private static final int BIG = 16 << 20;
    private static final byte[] PIECE = new byte[16 << 10];
    private static final long WAIT_MAX_MILLIS = 2_000;
    private static final Set<String> HARMLESS = Set.of("OK", "INFO");
    private static final int HTTPS = Ports.next();
    private static final int RSA = Ports.next();
    private static final TestNode NODE = FABRIC.node("aws-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    /** One run of slowhttptest. */
    record Attack(String name, List<String> options, String end, String meter, String label, int atLeast) {
        static Attack of(List<String> columns) {
            List<String> meter = List.of(columns.get(3).split(" +"));
            return new Attack(
                    columns.get(0),
                    List.of(columns.get(1).split(" +")),
                    columns.get(2),
                    meter.getFirst(),
                    meter.getLast(),
                    Integer.parseInt(columns.get(4)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A finding of testssl.sh that there must be. */
    record Expected(List<String> ids, boolean optional, String severity, String finding, String reason) {
        static Expected of(List<String> columns) {
            String ids = columns.getFirst();
            boolean optional = ids.startsWith("?");
            return new Expected(
                    List.of(ids.substring(optional ? 1 : 0).split("/")),
                    optional,
                    columns.get(1),
                    columns.get(2),
                    columns.size() > 3 ? columns.get(3) : "");
        }

        boolean isAbout(JsonObject found) {
            return ids.contains(found.getString("id"));
        }

        boolean fits(JsonObject found) {
            return found.getString("severity").equals(severity)
                    && found.getString("finding").strip().matches(finding);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        ENDPOINT.at("/big", OutsideProbesFindNothingIT::big);
        FABRIC.pki().web(NODE.folder(), "web", HOST);
        staple(NODE.folder().resolve("web.crt"), NODE.folder().resolve("web.ocsp"));
        NODE.yaml()
                .set("limits", "{ drainTimeout: 2s, requestHeadTimeout: 2s, requestBodyGrace: 1s, idleTimeout: 10s }")
                .listener(
                        "https",
                        HTTPS,
                        "protocol: HTTPS,"
                                + " tls: { certificates: [ { certificate: web.crt, key: web.key, ocspStaple: web.ocsp } ] }");
        rsa();
        FABRIC.start();
        FABRIC.applied(
                NODE,
                Documents.http(
                        "shop",
                        HOST + ", 127.0.0.1",
                        Map.of("aws", List.of(ENDPOINT.address())),
                        "timeouts: { streamIdle: 2s }"));
        TestFabric.awaitServing(NODE, "shop", "aws");
    }

    private static void big(Message request, OutputStream out) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + BIG + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        for (int sent = 0; sent < BIG; sent += PIECE.length) {
            out.write(PIECE);
        }
    }

    /** A listener with a certificate of RSA, of an authority of RSA. */
    private static void rsa() {
        OtherAuthority authority = OtherAuthority.create(FABRIC.pki().folder(), "rsa-ca", "RSA");
        GeneralName host = new GeneralName(GeneralName.dNSName, HOST);
        MaterialFiles.Paths web = authority.issue("rsa-web", new X500Principal("CN=web"), host);
        Path staple = NODE.folder().resolve("rsa-web.ocsp");
        authority.staple(web.certificate(), staple);
        String files = "certificate: '" + web.certificate().toAbsolutePath() + "', key: '"
                + web.key().toAbsolutePath() + "', ocspStaple: rsa-web.ocsp";
        NODE.yaml().listener("rsa", RSA, "protocol: HTTPS, tls: { certificates: [ { " + files + " } ] }");
    }

    /** The authority says that the certificate is good. */
    private static void staple(Path certificate, Path response) throws Exception {
        try (var in = Files.newInputStream(certificate)) {
            X509Certificate leaf =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            OutsideProgram openssl = new OutsideProgram("openssl", "openssl");
            Path index = openssl.folder().resolve("index.txt");
            String serial = leaf.getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT);
            Files.writeString(
                    index,
                    "V\t991231235959Z\t\t" + (serial.length() % 2 == 0 ? "" : "0") + serial + "\tunknown\t/CN=web\n");
            Path pki = FABRIC.pki().folder().toAbsolutePath();
            String said = openssl.run(List.of(
                    "ocsp",
                    "-index",
                    index.toString(),
                    "-CA",
                    pki.resolve("ca.crt").toString(),
                    "-rsigner",
                    pki.resolve("ca.crt").toString(),
                    "-rkey",
                    pki.resolve("ca.key").toString(),
                    "-issuer",
                    pki.resolve("ca.crt").toString(),
                    "-cert",
                    certificate.toAbsolutePath().toString(),
                    "-ndays",
                    "2",
                    "-respout",
                    response.toAbsolutePath().toString()));
            assertThat(response).as(said).exists();
        }
    }

    static Stream<Attack> slowhttptest() {
        return OutsideProgram.expected("slowhttptest").stream().map(Attack::of);
    }

    @ParameterizedTest
    @MethodSource
    void slowhttptest(Attack attack) throws IOException {
        OutsideProgram slowhttptest = new OutsideProgram("slowhttptest", "slowhttptest");
        List<String> arguments = new ArrayList<>(attack.options());
        arguments.addAll(List.of("-p", "3", "-g", "-o", attack.name(), "-v", "1"));
        arguments.addAll(
                List.of("-u", "http://127.0.0.1:" + NODE.http() + (attack.name().equals("read") ? "/big" : "/")));
        double before = NODE.meter(attack.meter(), attack.label());
        String said;
        try (Steady beside = Steady.warmGets(NODE.http(), HOST, 2)) {
            said = slowhttptest.run(arguments);
            beside.awaitAnswered(20);
            assertThat(beside.failures()).isEmpty();
            assertThat(beside.longestMillis()).isLessThan(Patience.promisedMillis(WAIT_MAX_MILLIS));
        }
        assertThat(said).contains("Exit status: " + attack.end());
        List<String> seconds = Files.readAllLines(slowhttptest.folder().resolve(attack.name() + ".csv"));
        assertThat(seconds.subList(1, seconds.size()))
                .as("at each second the last column says whether the service was available")
                .isNotEmpty()
                .noneMatch(line -> line.endsWith(",0"));
        Patience.until(
                attack.meter() + " " + attack.label() + " counts " + attack.atLeast() + " more",
                () -> NODE.meter(attack.meter(), attack.label()) >= before + attack.atLeast(),
                NODE::metrics);
    }

    @ParameterizedTest
    @CsvSource({"testssl, ca.crt, false", "testssl-rsa, rsa-ca.crt, true"})
    void testssl(String expected, String authority, boolean rsa) throws IOException {
        OutsideProgram testssl = new OutsideProgram("testssl", "testssl.sh");
        Path report = testssl.folder().resolve(expected + ".json");
        Files.deleteIfExists(report);
        String said = testssl.run(List.of(
                "--warnings",
                "batch",
                "--ip",
                "127.0.0.1",
                "--nodns",
                "none",
                "--color",
                "0",
                "--quiet",
                "--add-ca",
                FABRIC.pki().folder().resolve(authority).toAbsolutePath().toString(),
                "--jsonfile",
                report.toString(),
                "https://" + HOST + ":" + (rsa ? RSA : HTTPS)));
        assertThat(report).as(said).exists();
        List<JsonObject> found = new JsonArray(Files.readString(report))
                .stream().map(JsonObject.class::cast).toList();
        assertThat(problems(found, expected(expected))).isEmpty();
    }

    /** What is expected of this listener, and what is of all where nothing of its own is said. */
    private static List<Expected> expected(String name) {
        List<Expected> own =
                OutsideProgram.expected(name).stream().map(Expected::of).toList();
        List<Expected> all = new ArrayList<>(own);
        OutsideProgram.expected("testssl").stream()
                .map(Expected::of)
                .filter(each -> own.stream().noneMatch(special -> special.ids().equals(each.ids())))
                .forEach(all::add);
        return all;
    }

    private static List<String> problems(List<JsonObject> found, List<Expected> expected) {
        List<String> problems = new ArrayList<>();
        for (JsonObject finding : found) {
            List<Expected> about =
                    expected.stream().filter(each -> each.isAbout(finding)).toList();
            boolean fits = about.stream().anyMatch(each -> each.fits(finding));
            boolean alarming = !HARMLESS.contains(finding.getString("severity"));
            if (!fits && (alarming || !about.isEmpty())) {
                problems.add((about.isEmpty() ? "not expected: " : "not as expected: ") + finding.encode());
            }
        }
        for (Expected each : expected) {
            if (!each.optional() && found.stream().noneMatch(each::isAbout)) {
                problems.add("not found: " + each);
            }
            if (!HARMLESS.contains(each.severity()) && each.reason().isEmpty()) {
                problems.add("expected without a reason: " + each);
            }
        }
        return problems;
    }
}
