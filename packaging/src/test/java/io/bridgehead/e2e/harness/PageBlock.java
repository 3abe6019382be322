package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What pages show between fences, and the words of its commands as a shell would make them of one line. */
public final class PageBlock {
    private static final String FENCE = "```";
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(#.*)|(\\S+)");

    private PageBlock() {}

    /** The lines of the block of a page that begins with these words. */
    public static List<String> lines(Path page, String begin) throws IOException {
        List<String> lines = Files.readAllLines(page);
        int first = IntStream.range(1, lines.size())
                .filter(i -> lines.get(i).startsWith(begin) && lines.get(i - 1).startsWith(FENCE))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + ": no block begins with " + begin));
        List<String> block = new ArrayList<>();
        for (int i = first; !lines.get(i).equals(FENCE); i++) {
            block.add(lines.get(i));
        }
        return block;
    }

    /** The words of a command, without the comment behind it; a list that can be changed. */
    public static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find() && word.group(3) == null) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(4));
        }
        return words;
    }
}
