package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdminSocketTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private AdminSocket search() {
        return new AdminSocket(environment::get, folder.resolve("usual.yaml"));
    }

    private Path config(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void whatIsSaidMoreDirectlyCounts() throws IOException {
        assertThat(search().find(null, null)).hasToString("/run/bridgehead/admin.sock");
        config("usual.yaml", "admin: { socket: usual.sock }\n");
        assertThat(search().find(null, null)).isEqualTo(folder.resolve("usual.sock"));
        environment.put(
                "BRIDGEHEAD_CONFIG",
                config("other.yaml", "admin: { socket: other.sock }\n").toString());
        assertThat(search().find(null, null)).isEqualTo(folder.resolve("other.sock"));
        environment.put("BRIDGEHEAD_SOCKET", "/run/variable.sock");
        assertThat(search().find(null, null)).hasToString("/run/variable.sock");
        Path named = config("named.yaml", "admin: { socket: /run/named.sock }\n");
        assertThat(search().find(null, named)).hasToString("/run/named.sock");
        assertThat(search().find(Path.of("/run/option.sock"), named)).hasToString("/run/option.sock");
        assertThat(search().withoutConfiguration()).hasToString("/run/variable.sock");
    }

    @Test
    void aConfigurationWithProblemsSaysItAllTheSameAndOneThatIsNoYamlNothing() throws IOException {
        Path wrong = config("wrong.yaml", "site: { nmae: x }\nadmin: { socket: wrong.sock }\n");
        assertThat(search().find(null, wrong)).isEqualTo(folder.resolve("wrong.sock"));
        assertThat(search().find(null, config("silent.yaml", "site: { name: x }\n")))
                .hasToString("/run/bridgehead/admin.sock");
        environment.put("BRIDGEHEAD_SOCKET", "/run/variable.sock");
        assertThat(search().find(null, config("broken.yaml", "site: { name: \n")))
                .hasToString("/run/variable.sock");
        assertThat(search().find(null, folder.resolve("none.yaml"))).hasToString("/run/variable.sock");
    }
}
