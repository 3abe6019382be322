package io.bridgehead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.bridgehead.cli.doctor.Finding.Severity;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether other nodes come in, as the node tells of its tunnels, and how large packets to them may be. */
final class PeerCheckTest {
    private static final String ADVERTISED = "advertise: aws.example:7443";
    private static final String NO_PEER = "the configuration names no other node";

    @TempDir
    Path proc;

    private NodeConfig config(String tunnel) {
        String text = "site: { name: aws }\ntunnel: { " + tunnel + " }\n";
        Reading<NodeConfig> reading =
                new NodeConfigReader(proc, "node").read("gateway.yaml", text.getBytes(StandardCharsets.UTF_8));
        return ((Reading.Done<NodeConfig>) reading).value();
    }

    private static JsonObject row(String node, String state, int accepted) {
        return new JsonObject()
                .put("address", "gcp.example:7443")
                .put("node", node)
                .put("state", state)
                .put("roundTrip", "11.20 ms")
                .put("connectionsAccepted", accepted)
                .put("lastError", "");
    }

    private List<Finding> reached(String tunnel, JsonObject... rows) {
        JsonObject tunnels = new JsonObject().put("tunnels", new JsonArray(List.of(rows)));
        NodeFacts node = new NodeFacts(new JsonObject(), tunnels, new JsonObject());
        return new PeerCheck(config(tunnel), Optional.of(node)).reached();
    }

    /** What is said of the ways in alone; the configuration names no peer, so none is dialed. */
    private List<Finding> inward(String tunnel, JsonObject... rows) {
        List<Finding> all = reached(tunnel, rows);
        assertThat(all.getFirst().found()).isEqualTo(NO_PEER);
        return all.subList(1, all.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "inbound"})
    void aNodeThatDoesNotComeInIsWarnedOfWithWhatToOpenThere(String state) {
        List<Finding> all = inward(ADVERTISED, row("gcp-a", state, 0));
        assertThat(all)
                .extracting(Finding::check, Finding::severity, Finding::about, Finding::found)
                .containsExactly(tuple(
                        "peers",
                        Severity.WARNING,
                        "tunnel from gcp-a",
                        "no connection of it came in, while this node is advertised as aws.example:7443"));
        assertThat(all.getFirst().remedy())
                .startsWith("name aws.example:7443 in tunnel.peers there and open the port from there to here");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "inbound"})
    void aNodeThatComesInIsWell(String state) {
        assertThat(inward(ADVERTISED, row("gcp-a", state, 3)))
                .extracting(Finding::severity, Finding::about, Finding::found, Finding::remedy)
                .containsExactly(
                        tuple(Severity.OK, "tunnel from gcp-a", "it dials this node: 3 connections came in", ""));
    }

    @Test
    void nobodyIsExpectedAtANodeThatIsNotAdvertised() {
        List<Finding> all = inward("peers: []", row("gcp-a", "up", 0), row("gcp-b", "up", 1));
        assertThat(all)
                .extracting(Finding::severity, Finding::about, Finding::remedy)
                .containsExactly(
                        tuple(Severity.NOTE, "tunnel from gcp-a", ""), tuple(Severity.OK, "tunnel from gcp-b", ""));
        assertThat(all.getFirst().found()).contains("has no tunnel.advertise");
    }

    @Test
    void nodesWithoutAWholeTunnelAreNotJudged() {
        assertThat(inward(
                        ADVERTISED,
                        row("gcp-a", "connecting", 0),
                        row("gcp-a", "duplicate", 0),
                        row("aws-b", "same-site", 0),
                        row("aws-c", "up", 0).put("site", "aws"),
                        row("aws-a", "self", 0),
                        row("", "up", 0)))
                .isEmpty();
    }

    @Test
    void withoutARunningNodeNothingIsSaidOfWaysIn() {
        assertThat(new PeerCheck(config(ADVERTISED), Optional.empty()).reached())
                .extracting(Finding::severity, Finding::found)
                .containsExactly(tuple(Severity.NOTE, NO_PEER));
    }

    @Test
    void aPeerThatIsReachedAndDoesNotComeInIsSaidToBeBoth() {
        assertThat(reached(ADVERTISED + ", peers: [ \"gcp.example:7443\" ]", row("gcp-a", "up", 0)))
                .extracting(Finding::severity, Finding::about, Finding::found)
                .containsExactly(
                        tuple(Severity.OK, "tunnel gcp.example:7443", "up, gcp-a, round trip 11.20 ms"),
                        tuple(
                                Severity.WARNING,
                                "tunnel from gcp-a",
                                "no connection of it came in, while this node is advertised as aws.example:7443"));
    }

    private void probing(String value) throws IOException {
        Path file = proc.resolve("sys/net/ipv4/tcp_mtu_probing");
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private Finding mtu(int mtu) {
        List<Finding> all = PeerCheck.mtu(proc, Map.of("eth0", mtu));
        assertThat(all).extracting(Finding::check, Finding::about).containsExactly(tuple("mtu", "eth0"));
        return all.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void anMtuThatIsTooSmallIsWarnedOfThoughTheKernelProbes(String probes) throws IOException {
        probing(probes);
        assertThat(mtu(1279))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(Severity.WARNING, "MTU 1279", "expected at least 1280: ip link set eth0 mtu 1500");
        assertThat(mtu(1280).severity()).as("as where a cloud wraps packets").isEqualTo(Severity.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void theUsualMtuIsWell(String probes) throws IOException {
        probing(probes);
        assertThat(mtu(1500))
                .extracting(Finding::severity, Finding::found, Finding::remedy)
                .containsExactly(Severity.OK, "MTU 1500", "");
    }

    @Test
    void aLargeMtuIsANoteWhereTheKernelDoesNotProbe() throws IOException {
        probing("0");
        Finding finding = mtu(9001);
        assertThat(finding.severity()).isEqualTo(Severity.NOTE);
        assertThat(finding.found()).startsWith("MTU 9001, and the way to other clouds");
        assertThat(finding.remedy()).contains("sysctl -w net.ipv4.tcp_mtu_probing=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aLargeMtuIsWellWhereTheKernelProbes(String probes) throws IOException {
        probing(probes);
        assertThat(mtu(9001).severity()).isEqualTo(Severity.OK);
    }

    @Test
    void aLargeMtuIsWellWhereItCannotBeReadWhetherTheKernelProbes() {
        assertThat(mtu(9001).severity()).isEqualTo(Severity.OK);
    }

    @Test
    void theWayToThisMachineItselfHasNoMtuToSpeakOf() {
        NodeConfig config = config("peers: [ \"127.0.0.1:7443\" ]");
        assertThat(new PeerCheck(config, Optional.empty()).mtu(proc)).isEmpty();
    }
}
