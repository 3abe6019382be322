package io.bridgehead.load.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that docs/two-nodes.md shows. */
final class Page {
    private static final Path FILE = Path.of("..", "docs", "two-nodes.md");

    private Page() {}

    /** The file of that name, with the line that names it. */
    static String file(String name) throws IOException {
        Matcher block = Pattern.compile("```file\n([#;] " + Pattern.quote(name) + "\\b.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(FILE));
        if (!block.find()) {
            throw new IllegalStateException(FILE + " does not show " + name);
        }
        return block.group(1);
    }
}
