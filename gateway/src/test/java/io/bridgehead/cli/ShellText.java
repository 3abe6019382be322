package io.bridgehead.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a piece of shell runs: commands as words, and files that it writes from here-documents. It knows quotes, comments, redirections, pipes, lists and
 * the words of loops; nothing is expanded.
 */
final class ShellText {
    private static final Pattern HERE = Pattern.compile("<<-?\\s*'?(\\w+)'?");
    private static final Pattern TARGET = Pattern.compile(">\\s*(\\S+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("<[A-Za-z][A-Za-z0-9 -]*>");
    private static final Set<String> BEFORE_COMMANDS =
            Set.of("until", "while", "do", "if", "then", "else", "!", "time", "exec", "sudo", "{");

    private final List<List<String>> commands = new ArrayList<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private List<String> words = new ArrayList<>();
    private StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean leaveOut;

    ShellText(List<String> lines) {
        StringBuilder logical = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.endsWith("\\")) {
                logical.append(line, 0, line.length() - 1);
                continue;
            }
            logical.append(line);
            Matcher here = HERE.matcher(logical);
            if (here.find()) {
                i = hereDocument(lines, i, here.group(1), logical.toString());
            }
            read(here.reset().replaceAll(""));
            logical.setLength(0);
        }
    }

    private int hereDocument(List<String> lines, int at, String end, String line) {
        StringBuilder body = new StringBuilder();
        int i = at + 1;
        while (i < lines.size() && !lines.get(i).strip().equals(end)) {
            body.append(lines.get(i++)).append('\n');
        }
        Matcher target = TARGET.matcher(line);
        files.put(target.find() ? target.group(1) : "", body.toString());
        return i;
    }

    /** The commands in their order, without what stands before them in a loop, and without assignments and redirections. */
    List<List<String>> commands() {
        return commands;
    }

    /** Files that are written as they stand here, by name. */
    Map<String, String> files() {
        return files;
    }

    private void read(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
                if (quote != 0) {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (c == '#' && !inWord) {
                break;
            } else if (c == ' ' || c == '\t') {
                endWord();
            } else if (c == '<'
                    && PLACEHOLDER.matcher(line).region(i, line.length()).lookingAt()) {
                int end = line.indexOf('>', i);
                word.append(line, i, end + 1);
                inWord = true;
                i = end;
            } else if (c == '>' || c == '<') {
                i = redirection(line, i);
            } else if (";|&()".indexOf(c) >= 0) {
                endCommand();
            } else {
                word.append(c);
                inWord = true;
            }
        }
        endCommand();
    }

    /** Leaves out the number before it, and the word behind it. */
    private int redirection(String line, int at) {
        if (word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            word = new StringBuilder();
            inWord = false;
        }
        endWord();
        int i = at;
        while (i + 1 < line.length() && "<>&".indexOf(line.charAt(i + 1)) >= 0) {
            i++;
        }
        leaveOut = i + 1 >= line.length() || line.charAt(i + 1) != '(';
        return i;
    }

    private void endWord() {
        if (inWord && !leaveOut) {
            words.add(word.toString());
        }
        if (inWord) {
            leaveOut = false;
        }
        word = new StringBuilder();
        inWord = false;
    }

    private void endCommand() {
        endWord();
        leaveOut = false;
        int begin = 0;
        while (begin < words.size()
                && (BEFORE_COMMANDS.contains(words.get(begin))
                        || words.get(begin).matches("[A-Za-z_][A-Za-z0-9_]*=.*"))) {
            begin++;
        }
        if (begin < words.size()) {
            commands.add(List.copyOf(words.subList(begin, words.size())));
        }
        words = new ArrayList<>();
    }

    /** The words behind {@code bridgehead} of a command that runs it, here or in a container; none of another command. */
    static List<String> argumentsOf(List<String> command) {
        int at = 0;
        if (command.size() > 3
                && command.get(1).equals("exec")
                && Set.of("docker", "podman").contains(command.get(0))) {
            at = 3;
        }
        String program = command.get(at);
        return program.equals("bridgehead") || program.endsWith("/bin/bridgehead")
                ? command.subList(at + 1, command.size())
                : List.of();
    }

    /** Whether a command runs the program. */
    static boolean isOurs(List<String> command) {
        return command.getFirst().equals("bridgehead") || !argumentsOf(command).isEmpty();
    }
}
