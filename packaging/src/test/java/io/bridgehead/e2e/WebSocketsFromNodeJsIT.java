package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Npm;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server of another implementation, {@code ws}, agree on compression and all else through one node and through two. */
@Tag("interop")
final class WebSocketsFromNodeJsIT {
    private static final int CHECKS = 8;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int SERVER = Ports.next();
    private static final Npm WS = Npm.program("ws");
    private static final Npm.Running JS = FABRIC.closing(WS.start("server.js", Integer.toString(SERVER)));

    @BeforeAll
    static void start() {
        FABRIC.start();
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(
                aws,
                Documents.http(
                                "ws",
                                "ws.example",
                                Map.of("azure", List.of("127.0.0.1:" + SERVER)),
                                "upgrades: [ websocket ]")
                        .replace("http: { path: /ready }", "tcp: {}"));
        TestFabric.awaitServing(aws, "ws", "azure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void everyCheckPasses(String node) {
        String said = WS.run("client.js", Integer.toString(FABRIC.node(node).http()), "ws.example");
        assertThat(said.lines().filter(line -> line.startsWith("ok "))).as(said).hasSize(CHECKS);
        for (String heard : List.of("close 4001 bye", "open /deflate permessage-deflate", "pong from the server")) {
            Patience.until("the server heard " + heard, () -> JS.said().contains(heard), JS::said);
        }
    }
}
