package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Scripts and people ask a node the same questions, in every form. */
final class AnswersAreWatchedAndReloadsPlannedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static List<String> words(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--socket", NODE.socket().toString()));
        return words;
    }

    private static Cli.Result atNode(String... arguments) {
        return Cli.run(words(arguments).toArray(String[]::new));
    }

    @Test
    void listenersAndCertificatesAreShownInEveryForm() {
        JsonObject listener = atNode("get", "listeners", "-o", "json")
                .good()
                .json()
                .getJsonArray("listeners")
                .getJsonObject(0);
        assertThat(listener.fieldNames()).contains("name", "protocol", "address", "connections");
        assertThat(listener.getString("address")).endsWith(":" + NODE.http());
        assertThat(atNode("get", "listeners").good().out())
                .containsPattern("(?m)^LISTENER +PROTOCOL +ADDRESS +CONNECTIONS")
                .containsPattern("(?m)^http +HTTP +127\\.0\\.0\\.1:" + NODE.http() + " ");
        assertThat(atNode("get", "listeners", "-o", "yaml").good().out())
                .startsWith("---\nlisteners:\n  - name: \"http\"\n");
        JsonObject own = atNode("get", "certs", "-o", "json")
                .good()
                .json()
                .getJsonArray("certificates")
                .getJsonObject(0);
        assertThat(own.getString("use")).isEqualTo("identity");
        assertThat(own.fieldNames())
                .contains("id", "subject", "issuer", "serial", "notBefore", "notAfter", "renewal", "source", "problem");
        assertThat(atNode("get", "certs").good().out())
                .isEqualTo(atNode("certs").good().out())
                .contains("SPIFFE ID", "/site/aws/gateway/aws-a");
    }
}
