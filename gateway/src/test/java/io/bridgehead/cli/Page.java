package io.bridgehead.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of documentation: its fenced blocks, spans of code, headings and links.
 *
 * @param text its lines outside of fenced blocks, with their numbers
 */
record Page(Path file, List<Block> blocks, Map<Integer, String> text) {
    private static final Pattern FENCE = Pattern.compile("\\s*```(.*)");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("#+ (.*)");

    /**
     * A fenced block.
     *
     * @param place file and line of its first line
     * @param info what stands behind the fence
     */
    record Block(String place, String info, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    /** Something in a line. */
    record Found(String place, String text) {}

    static Page read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Map<Integer, String> text = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                text.put(i + 1, lines.get(i));
                continue;
            }
            int begin = ++i;
            while (i < lines.size() && !lines.get(i).strip().equals("```")) {
                i++;
            }
            blocks.add(new Block(
                    name(file) + ":" + (begin + 1), fence.group(1).strip(), List.copyOf(lines.subList(begin, i))));
        }
        return new Page(file, blocks, text);
    }

    /** The file as people call it, from the repository's root. */
    static String name(Path file) {
        return Path.of("..")
                .toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize())
                .toString();
    }

    /** Spans of code that begin so. */
    List<Found> spans(String begin) {
        return find(SPAN).stream().filter(one -> one.text().startsWith(begin)).toList();
    }

    /** Where links lead that stay in the repository. */
    List<Found> links() {
        return find(LINK).stream()
                .filter(one -> !one.text().matches("(https?|mailto):.*"))
                .toList();
    }

    private List<Found> find(Pattern pattern) {
        List<Found> found = new ArrayList<>();
        text.forEach((number, line) -> {
            Matcher matcher = pattern.matcher(line);
            while (matcher.find()) {
                found.add(new Found(name(file) + ":" + number, matcher.group(1)));
            }
        });
        return found;
    }

    /** What links to its headings are called. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String line : text.values()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                anchors.add(heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
            }
        }
        return anchors;
    }
}
