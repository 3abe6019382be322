package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.control.KnownNode;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of nodes that were heard: written and read, damaged, and where it cannot be written. */
final class KnownNodesFileTest {
    @TempDir
    private Path folder;

    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_800_000_000_000L), ZoneOffset.UTC);

    private final DiskHealth disk = new DiskHealth(StoreObserver.NONE);

    private static final List<KnownNode> NODES = List.of(
            new KnownNode(
                    new NodeName("east-a"),
                    new SiteName("east"),
                    HostPort.parse("[2001:db8::7]:8443"),
                    HostPort.parse("10.0.0.7:15008"),
                    "default@3-cccccccc,team@7-dddddddd",
                    "0.1.0",
                    1_800_000_000_000L),
            new KnownNode(new NodeName("west-b"), new SiteName("west"), null, null, "0", "0.1.0", 1_800_000_000_001L));

    @Test
    void whatIsWrittenIsRead() {
        KnownNodesFile file = KnownNodesFile.in(folder, disk, CLOCK);
        assertThat(file.read()).isEmpty();
        assertThat(file.write(NODES)).isTrue();
        assertThat(file.read()).isEqualTo(NODES);
        assertThat(disk.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"nodes\": 7}",
                "{\"nodes\": [7]}",
                "{\"nodes\": [{}]}",
                "{\"nodes\": [{\"node\": \"a\", \"site\": \"b\", \"tunnel\": \"nowhere\"}]}",
                "{\"nodes\": [{\"node\": \"a\", \"site\": \"b\", \"heardMillis\": \"today\"}]}"
            })
    void aDamagedFileIsSaidAndReplaced(String text) throws IOException {
        KnownNodesFile file = KnownNodesFile.in(folder, disk, CLOCK);
        Files.writeString(file.file(), text);
        assertThat(file.read()).isEmpty();
        assertThat(disk.problems()).singleElement().asString().contains("nodes.json: cannot be read");
        assertThat(folder.resolve("nodes.json.corrupt-20270115T080000000Z")).hasContent(text);
        assertThat(file.write(NODES)).isTrue();
        assertThat(disk.problems()).isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreSetAsideToo() throws IOException {
        KnownNodesFile file = KnownNodesFile.in(folder, disk, CLOCK);
        assertThat(file.write(NODES)).isTrue();
        byte[] damaged = Files.readAllBytes(file.file());
        damaged[damaged.length / 2] = (byte) 0xff;
        Files.write(file.file(), damaged);
        assertThat(file.read()).as("nothing of it is used").isEmpty();
        assertThat(disk.problems())
                .singleElement()
                .asString()
                .contains("nodes.json: cannot be read (damaged: it is not UTF-8)");
        assertThat(folder.resolve("nodes.json.corrupt-20270115T080000000Z")).hasBinaryContent(damaged);
        assertThat(file.file()).doesNotExist();
    }

    @Test
    void whereItCannotBeWrittenThatIsSaidUntilItCan() throws IOException {
        KnownNodesFile file = KnownNodesFile.in(folder, disk, CLOCK);
        Path blocked = Files.createDirectories(folder.resolve("nodes.json.new"));
        assertThat(file.write(NODES)).isFalse();
        assertThat(disk.problems()).singleElement().asString().contains("nodes.json: cannot be written");
        Files.delete(blocked);
        assertThat(file.write(NODES)).isTrue();
        assertThat(disk.problems()).isEmpty();
    }
}
