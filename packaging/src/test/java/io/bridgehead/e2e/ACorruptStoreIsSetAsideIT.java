package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node whose stored state was damaged starts, says so, keeps the file for people, and gets the documents from its peers. */
final class ACorruptStoreIsSetAsideIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    @Test
    void theDamagedNodeComesBackWithEveryDocument() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        for (String name : List.of("one", "two")) {
            FABRIC.applied(
                    FABRIC.node("azure-a"),
                    Documents.http(name, name + ".example", Map.of("aws", List.of(ENDPOINT.address()))),
                    "--source",
                    name);
        }
        String revision = aws.revision();
        assertThat(aws.stop()).as("exit code after SIGTERM").isIn(0, 143);
        Path state = aws.folder().resolve("state");
        damage(state.resolve("log"));

        aws.start();
        aws.awaitReady();
        aws.awaitLog("damaged", "kept as", "log.corrupt-");
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .anyMatch(name -> name.startsWith("log.corrupt-"));
        }
        Patience.until("the documents are back", () -> aws.revision().equals(revision), aws::revision);
        for (String name : List.of("one", "two")) {
            TestFabric.awaitServing(aws, name, "aws");
            assertThat(RawClient.get(aws.http(), name + ".example", "/").text()).isEqualTo("aws-1");
        }
    }

    /** Flips bits through the whole file but its title. */
    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes.length).as("bytes in " + file).isGreaterThan(500);
        for (int i = 200; i < bytes.length; i += 97) {
            bytes[i] ^= 0x55;
        }
        Files.write(file, bytes);
    }
}
