package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Npm;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.GrpcEcho;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client and a server of another implementation, {@code @grpc/grpc-js}, understand each other through two nodes, and grpc-java as well. */
@Tag("interop")
final class GrpcFromNodeJsIT {
    private static final int CHECKS = 10;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int PORT = Ports.next();
    private static final int SERVER = Ports.next();
    private static final Npm GRPC_JS = Npm.program("grpc");
    private static final Npm.Running JS = FABRIC.closing(GRPC_JS.start("server.js", Integer.toString(SERVER)));
    private static final GrpcEcho JAVA = FABRIC.closing(GrpcEcho.start());

    @BeforeAll
    static void start() {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml().listener("grpc", PORT, "protocol: HTTP, http2: true");
        FABRIC.start();
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.grpc("js", "js.example", Map.of("azure", List.of("127.0.0.1:" + SERVER))),
                        Documents.grpc("java", "java.example", Map.of("azure", List.of(JAVA.address())))));
        TestFabric.awaitServing(aws, "js", "azure");
        TestFabric.awaitServing(aws, "java", "azure");
    }

    private static void everyCheckPasses(String host) {
        String said = GRPC_JS.run("client.js", Integer.toString(PORT), host);
        assertThat(said.lines().filter(line -> line.startsWith("ok "))).as(said).hasSize(CHECKS);
    }

    @Test
    void theServerIsGrpcJs() {
        everyCheckPasses("js.example");
        Patience.until(
                "the server heard of the deadline and the cancellation",
                () -> JS.said().lines().filter("cancelled"::equals).count() >= 2);
    }

    @Test
    void theServerIsGrpcJava() {
        everyCheckPasses("java.example");
    }
}
