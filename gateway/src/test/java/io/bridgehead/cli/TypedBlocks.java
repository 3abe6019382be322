package io.bridgehead.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The list of who types each block of shell in the pages: lines of the form {@code page | first line of the block | who}. Who is a test class, a
 * script of {@code packaging/src/systemd} or {@code .ci/run}, or several of them, which take the block from the page as it stands there; or
 * {@code not run:} and why nobody does.
 */
final class TypedBlocks {
    private static final String SEPARATOR = " | ";
    private static final String NOT_RUN = "not run: ";
    private static final int REASON_CHARACTERS_MIN = 12;
    private static final String CI = ".ci/run";
    /** What is shorter may stand in a program for another reason. */
    private static final int PIECE_CHARACTERS_MIN = 12;

    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    private static final Pattern SINGLE = Pattern.compile("'([^'\n]*)'");

    private final List<String> lines;
    private final Map<String, String> programs = new HashMap<>();

    /** @param root the repository, in which programs are looked for */
    TypedBlocks(List<String> lines, Path root) throws IOException {
        this.lines = lines;
        programs.put(CI, Files.readString(root.resolve(CI)));
        for (String place : List.of("packaging/src/test/java", "packaging/src/systemd")) {
            try (Stream<Path> files = Files.walk(root.resolve(place))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    programs.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
    }

    /** What a line calls a block: without the comment behind the command, and without what goes on in the next line. */
    static String key(Page.Block block) {
        String first = block.lines().getFirst().strip().replaceAll("\\s+", " ");
        return page(block) + SEPARATOR + first.replaceAll(" (#.*|\\\\)$", "");
    }

    /** What the lines call blocks, in their order. */
    List<String> keys() {
        return lines.stream()
                .map(line -> line.substring(0, Math.max(0, line.lastIndexOf(SEPARATOR))))
                .toList();
    }

    /** What is wrong with the lines, of which there is one for each of these blocks, in their order. */
    List<String> problems(List<Page.Block> blocks) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String who = lines.get(i).substring(lines.get(i).lastIndexOf(SEPARATOR) + SEPARATOR.length());
            for (String problem : problems(blocks.get(i), who)) {
                problems.add(lines.get(i) + ": " + problem);
            }
        }
        return problems;
    }

    private List<String> problems(Page.Block block, String who) {
        if (who.startsWith(NOT_RUN)) {
            boolean isReason = who.length() >= NOT_RUN.length() + REASON_CHARACTERS_MIN;
            return isReason ? List.of() : List.of("says no reason");
        }
        List<String> problems = new ArrayList<>();
        for (String name : who.split(", ", -1)) {
            String program = programs.get(name);
            if (program == null) {
                problems.add("there is no test and no script " + name);
            } else if (name.equals(CI)) {
                words(block).stream()
                        .filter(word -> !program.contains(word))
                        .forEach(word -> problems.add(name + " does not have " + word));
            } else if (!program.contains(inPrograms(block))) {
                problems.add(name + " does not name " + inPrograms(block));
            } else if (pieces(name, program).noneMatch(block.text()::contains)) {
                problems.add(name + " has nothing of the block");
            }
        }
        return problems;
    }

    private static List<String> words(Page.Block block) {
        return new ShellText(block.lines())
                .commands().stream().flatMap(List::stream).toList();
    }

    private static String page(Page.Block block) {
        return block.place().replaceAll(":\\d+$", "");
    }

    /** Pages have names of their own, but for those of the examples, whose folders have. */
    private static String inPrograms(Page.Block block) {
        Path page = Path.of(page(block));
        return page.startsWith("config-examples") && page.getNameCount() > 2
                ? page.getName(1).toString()
                : page.getFileName().toString();
    }

    /** By what a program finds a block in a page, or a line in it: what is quoted, in scripts also words and whole lines. */
    private static Stream<String> pieces(String name, String program) {
        List<Pattern> quotes = name.endsWith(".sh") ? List.of(DOUBLE, SINGLE) : List.of(DOUBLE);
        Stream<String> quoted = program.lines()
                .flatMap(line ->
                        quotes.stream().flatMap(pattern -> pattern.matcher(line).results()))
                .map(found -> found.group(1));
        Stream<String> bare = name.endsWith(".sh")
                ? program.lines()
                        .map(String::strip)
                        .flatMap(line -> Stream.concat(Stream.of(line), Stream.of(line.split("[\\s'\"]+"))))
                : Stream.of();
        return Stream.concat(quoted, bare).filter(piece -> piece.length() >= PIECE_CHARACTERS_MIN);
    }
}
