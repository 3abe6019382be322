package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Whose documents a command is about. */
@OwnedBy(Owner.CONFINED)
final class SourceOption {
    @Option(
            names = "--source",
            defaultValue = "default",
            paramLabel = "NAME",
            description = "the team, repository or folder whose documents these are (default: ${DEFAULT-VALUE})")
    private String source = "default";

    String name() {
        return source;
    }

    /** Where the admin API has it. */
    String path(String... below) {
        return pathOf(source, below);
    }

    static String pathOf(String source, String... below) {
        StringBuilder path = new StringBuilder("/v1/sources/").append(encoded(source));
        for (String word : below) {
            path.append('/').append(encoded(word));
        }
        return path.toString();
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }
}
