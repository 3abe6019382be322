package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An event loop that stands still, here because a debugger holds its thread, ends the process, and the log says where it stood; so does a heap
 * that is too small. The service manager starts it again.
 */
@Tag("timed")
final class WhatCannotGoOnEndsTheProcessIT {
    private static final Pattern DEBUGGER = Pattern.compile("transport dt_socket at address: (\\d+)");

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    @AfterEach
    void end() {
        FABRIC.node("aws-a").kill();
    }

    private static TestNode started(String javaOptions, String loopStuckExit) {
        TestNode node = FABRIC.node("aws-a");
        node.yaml().set("limits", "{ loopStuckExit: " + loopStuckExit + " }");
        node.javaOptions(javaOptions);
        FABRIC.start();
        return node;
    }

    @Test
    void aNodeWithoutMemoryEndsWithExitCode3AndServesWhenItIsStartedAgain() throws IOException {
        TestNode node = started("-Xms16m -Xmx40m", "60s");
        FABRIC.applied(node, Documents.http("kept", "kept.example", Map.of("aws", List.of("127.0.0.1:1"))));
        Path folder = Files.createDirectory(FABRIC.folder().resolve("large"));
        for (int i = 0; i < 14; i++) {
            String name = "large-" + i;
            Files.writeString(
                    folder.resolve(name + ".yaml"),
                    Documents.http(name, name + ".example", Map.of("aws", List.of("127.0.0.1:1"))) + "# "
                            + "x".repeat(900_000) + "\n");
        }
        Cli.Result result = Cli.run(
                "plan",
                "-f",
                folder.toString(),
                "--source",
                "large",
                "--socket",
                node.socket().toString());
        assertThat(result.exit()).as(result.toString()).isEqualTo(3);
        assertThat(node.awaitEnd()).isEqualTo(3);
        assertThat(node.log()).contains("Terminating due to java.lang.OutOfMemoryError");
        node.javaOptions("").start();
        node.awaitReady();
        assertThat(node.get("/v1/services").encode()).contains("kept.example");
    }

    @Test
    void aStuckLoopEndsItWithExitCode70AndEveryThreadsStack() throws Exception {
        TestNode node = started("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0", "1s");
        VirtualMachine machine = attach(node);
        ThreadReference loop = machine.allThreads().stream()
                .filter(thread -> thread.name().startsWith("vert.x-eventloop-thread-0"))
                .findFirst()
                .orElseThrow();
        loop.suspend();
        Patience.until("not ready any more", () -> node.ask("/ready") == null);
        assertThat(node.awaitEnd()).isEqualTo(70);
        assertThat(node.log()).contains("made no progress for 1000 ms").contains("vert.x-eventloop-thread-0");
    }

    private static VirtualMachine attach(TestNode node) throws Exception {
        Matcher port = DEBUGGER.matcher(node.log());
        assertThat(port.find()).isTrue();
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(known -> known.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
        Objects.requireNonNull(arguments.get("port")).setValue(port.group(1));
        return connector.attach(arguments);
    }
}
