package io.bridgehead.cli;

import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the node of this machine is asked. The first of these that says so, for every command: {@code --socket}; {@code --config}; the variable
 * {@code BRIDGEHEAD_SOCKET}; the configuration that {@code BRIDGEHEAD_CONFIG} names or that lies at its usual place; the usual socket.
 *
 * @param environment variables by name; null for one that is not there
 * @param usualConfig where the configuration lies unless somebody says otherwise
 */
record AdminSocket(Function<String, @Nullable String> environment, Path usualConfig) {
    /** What the option that names a socket says of itself. */
    static final String DEFAULT_IN_WORDS = "$BRIDGEHEAD_SOCKET, else admin.socket of $BRIDGEHEAD_CONFIG or of "
            + NodeFile.USUAL + ", else " + AdminSocket.USUAL;

    private static final String USUAL = "/run/bridgehead/admin.sock";

    /** By the environment of this process. */
    static AdminSocket here() {
        return new AdminSocket(System::getenv, Path.of(NodeFile.USUAL));
    }

    /** The configuration that is meant when no option names one. */
    Path config() {
        String named = variable("BRIDGEHEAD_CONFIG");
        return named.isEmpty() ? usualConfig : Path.of(named);
    }

    /**
     * The socket.
     *
     * @param socket of an option, or null
     * @param config of an option, or null
     */
    Path find(@Nullable Path socket, @Nullable Path config) {
        if (socket != null) {
            return socket;
        }
        Path configured = config == null ? null : of(config);
        if (configured != null) {
            return configured;
        }
        String named = variable("BRIDGEHEAD_SOCKET");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        Path known = of(config());
        return known == null ? Path.of(USUAL) : known;
    }

    /** The socket of a node that has no configuration. */
    Path withoutConfiguration() {
        String named = variable("BRIDGEHEAD_SOCKET");
        return Path.of(named.isEmpty() ? USUAL : named);
    }

    private String variable(String name) {
        String value = environment.apply(name);
        return value == null ? "" : value;
    }

    /** The socket of a configuration, also of one that has problems; null when it is not there, may not be read or is no YAML. */
    private static @Nullable Path of(Path config) {
        try {
            Problems problems = new Problems();
            String text = YamlReader.decode(config.toString(), Files.readAllBytes(config), problems);
            List<YamlDocument> documents =
                    text == null ? List.of() : YamlReader.read(config.toString(), text, problems);
            if (documents.isEmpty()) {
                return null;
            }
            String socket = documents.getFirst().leaves().get("admin.socket");
            return socket == null ? Path.of(USUAL) : config.toAbsolutePath().resolveSibling(socket);
        } catch (IOException e) {
            return null;
        }
    }
}
