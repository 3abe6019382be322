package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Lines of files that a node writes into its folder. */
public final class LogLines {
    private static final String ACCESS = "access.log";

    private LogLines() {}

    /** None while there is no such file. A line that is not written to its end yet is none. */
    public static List<String> of(TestNode node, String name) {
        Path file = node.folder().resolve(name);
        try {
            String text = Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> found(TestNode node, String name, String part) {
        return of(node, name).stream().filter(line -> line.contains(part)).findFirst();
    }

    /** Waits for a line with this in it, and gives the first. */
    public static String await(TestNode node, String name, String part) {
        Patience.until(
                "a line with " + part + " in " + name,
                () -> found(node, name, part).isPresent());
        return found(node, name, part).orElseThrow();
    }

    /** Waits for a line of the access log with this in it, and gives the first. */
    public static String awaitAccess(TestNode node, String part) {
        return await(node, ACCESS, part);
    }

    /** Waits for the line of a request in an access log of JSON. */
    public static JsonObject awaitRequest(TestNode node, String path) {
        return new JsonObject(await(node, ACCESS, "\"url.path\":\"" + path + "\""));
    }
}
