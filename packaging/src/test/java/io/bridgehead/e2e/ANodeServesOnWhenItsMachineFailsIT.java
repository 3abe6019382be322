package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A machine whose clock jumps (libfaketime sets it while the node runs), and one whose disk turns read-only (an ext4 file system of a file, which gives
 * up on an error): its own clients are served on, the node says what is wrong, and what depends on it is refused.
 */
@Tag("interop")
final class ANodeServesOnWhenItsMachineFailsIT {
    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestNode CLIENTS = FABRIC.node("aws-a");
    private static final TestNode JUMPING = FABRIC.node("azure-a");
    private static final TestNode READ_ONLY = FABRIC.node("gcp-a");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint GCP = FABRIC.endpoint("gcp-1");
    private static final Path CLOCK = FABRIC.folder().resolve("clock");
    private static final Map<String, String> MACHINE = Map.of(
            "LD_PRELOAD",
            FAKE_TIME.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            CLOCK.toString(),
            "FAKETIME_NO_CACHE",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1");
    private static final Path STATE = READ_ONLY.folder().resolve("state");

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assertThat(FAKE_TIME).as("apt-get install libfaketime").exists();
        clock("+0");
        MACHINE.forEach(JUMPING::environment);
        Path disk = FABRIC.folder().resolve("disk");
        run("truncate", "--size=16M", disk.toString());
        run("mkfs.ext4", "-q", disk.toString());
        Files.createDirectory(STATE);
        run("mount", "-o", "loop", disk.toString(), STATE.toString());
        FABRIC.start();
        FABRIC.applied(CLIENTS, service("azure", AZURE) + "---\n" + service("gcp", GCP));
        TestFabric.awaitServing(CLIENTS, "azure", "azure");
        TestFabric.awaitServing(CLIENTS, "gcp", "gcp");
    }

    @AfterAll
    static void unmount() throws IOException, InterruptedException {
        run("umount", "--lazy", STATE.toString());
    }

    private static String service(String site, TestEndpoint endpoint) {
        return service(site, site, endpoint);
    }

    /** Looked after so patiently that a slow machine makes nothing unfit. */
    private static String service(String name, String site, TestEndpoint endpoint) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %1$s }
                spec:
                  hostnames: [ %1$s.example ]
                  sites: { %2$s: { endpoints: [ "%3$s" ] } }
                  health: { http: { path: /ready }, interval: 10s, timeout: 10s }
                """.formatted(name, site, endpoint.address());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    /** Sets the clock of the machine: by so much it differs from the true one. */
    private static void clock(String offset) throws IOException {
        Path aside = Files.writeString(CLOCK.resolveSibling("clock.new"), offset + "\n");
        Files.move(aside, CLOCK, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String served(TestNode at, String name) {
        try {
            return RawClient.get(at.http(), name + ".example", "/").text();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertServed(String site) throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(RawClient.get(CLIENTS.http(), site + ".example", "/").text())
                    .isEqualTo(site + "-1");
        }
    }

    private static String problems(TestNode node) {
        return node.get("/v1/status").getJsonArray("problems").encode();
    }

    @Test
    void aClockThatJumpsIsToldOfAndStopsOnlyWhatOtherSitesSay() throws IOException {
        long up = JUMPING.get("/v1/status").getLong("uptimeSeconds");
        clock("+20s");
        assertServed("azure");
        clock("+1h");
        Cli.Result ahead = Cli.run(
                MACHINE,
                "apply",
                "--socket",
                JUMPING.socket().toString(),
                "--certificate",
                FABRIC.operator().certificate().toString(),
                "--key",
                FABRIC.operator().key().toString(),
                "--source",
                "ahead",
                "--file",
                FABRIC.file(service("ahead", "azure", AZURE)).toString());
        assertThat(ahead.exit()).as(ahead.toString()).isEqualTo(4);
        assertThat(ahead.err()).contains("ahead of the clocks of 2 of 2 other nodes", "nothing was changed");
        Patience.until(
                "it knows that its clock is wrong",
                () -> problems(JUMPING).contains("the clock of this node is about"),
                () -> problems(JUMPING));
        assertThat(RawClient.get(JUMPING.http(), "azure.example", "/").text()).isEqualTo("azure-1");
        Patience.until(
                "what others say of callers is refused, when what was judged before is over",
                () -> served(CLIENTS, "azure").contains("origin-refused"));
        assertThat(JUMPING.get("/v1/status").getLong("uptimeSeconds")).isBetween(up, up + 600);

        clock("+0");
        awaitServed("other sites are served again");
        JUMPING.stop();
        JUMPING.start();
        JUMPING.awaitReady();
        awaitServed("they are after its restart");
    }

    /** A node that refused requests is left alone for a moment. */
    private static void awaitServed(String what) {
        Patience.until(what, () -> served(CLIENTS, "azure").equals("azure-1"), () -> served(CLIENTS, "azure"));
    }

    @Test
    void aDiskThatTurnsReadOnlyStopsNoRequestAndTakesNoRevision() throws IOException, InterruptedException {
        String revision = READ_ONLY.revision();
        run("mount", "-o", "remount,abort", STATE.toString());
        Cli.Result refused = FABRIC.apply(READ_ONLY, service("more", "gcp", GCP), "--source", "more");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(4);
        assertThat(refused.err()).contains("could not be made durable on this node", "Read-only file system");
        READ_ONLY.awaitStatus("healthy", "false");
        READ_ONLY.awaitStatus("problems", "cannot be written (Read-only file system)");
        assertThat(READ_ONLY.revision()).isEqualTo(revision);
        assertServed("gcp");
        Cli.Result doctor = Cli.run("doctor", "--config", READ_ONLY.config().toString());
        assertThat(doctor.exit()).isEqualTo(1);
        assertThat(doctor.out()).contains("Read-only file system");

        READ_ONLY.stop();
        READ_ONLY.start();
        assertThat(READ_ONLY.awaitEnd()).isEqualTo(1);
        READ_ONLY.awaitLog("lock: Read-only file system");
    }
}
