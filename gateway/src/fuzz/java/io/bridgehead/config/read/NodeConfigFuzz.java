package io.bridgehead.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

/** Whatever a file holds, reading it ends with a configuration or with problems. */
final class NodeConfigFuzz {
    private final NodeConfigReader reader = new NodeConfigReader(Path.of("/nowhere"), "host");

    @FuzzTest(maxDuration = "3s")
    void endsWithAWord(byte[] file) {
        assertThat(reader.read("gateway.yaml", file)).isNotNull();
    }
}
