package io.bridgehead.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the cases of one family. */
public final class CaseFile {
    private static final String NOTHING = "";

    private final String family;
    private final List<Case> cases = new ArrayList<>();
    private Draft draft = new Draft(NOTHING);

    /** A case whose lines are still being read. */
    private static final class Draft {
        final String name;
        final StringBuilder http1 = new StringBuilder();
        final List<String> frames = new ArrayList<>();
        final List<String> neutral = new ArrayList<>();
        final StringBuilder answer = new StringBuilder();
        final StringBuilder greeting = new StringBuilder();
        final StringBuilder received = new StringBuilder();
        final List<String> verdicts1 = new ArrayList<>();
        final List<String> verdicts2 = new ArrayList<>();
        Case.Then then = Case.Then.KEEP;
        boolean early;
        boolean silent;
        boolean partAllowed;

        @Nullable
        Boolean keeps;

        /** Whether the case is about the endpoint, so that what it gets does not matter. */
        boolean lies() {
            return !answer.isEmpty() || !greeting.isEmpty() || silent || then != Case.Then.KEEP;
        }

        Draft(String name) {
            this.name = name;
        }
    }

    private CaseFile(String family) {
        this.family = family;
    }

    /** All cases of a family, from {@code corpus/FAMILY.txt}. */
    public static List<Case> read(String family) {
        CaseFile file = new CaseFile(family);
        int number = 0;
        for (String line : lines("/corpus/" + family + ".txt")) {
            number++;
            try {
                file.line(line);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("corpus/" + family + ".txt:" + number + ": " + line, e);
            }
        }
        file.finish();
        return file.cases;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = CaseFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("not on the class path: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        int space = line.indexOf(' ');
        String sign = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? NOTHING : line.substring(space + 1);
        switch (sign) {
            case "==" -> {
                finish();
                draft = new Draft(rest);
            }
            case ">" -> draft.http1.append(Escapes.unescape(rest));
            case "+" -> draft.frames.add(rest);
            case "@" -> draft.neutral.add(rest);
            case "|" -> draft.received.append(Escapes.unescape(rest));
            case "|any" -> draft.received.append(Case.ANYTHING);
            case "|part" -> draft.partAllowed = true;
            case "<" -> draft.answer.append(Escapes.unescape(rest));
            case "<greeting" -> draft.greeting.append(Escapes.unescape(rest));
            case "<early" -> draft.early = true;
            case "<nothing" -> draft.silent = true;
            case "<close" -> draft.then = Case.Then.CLOSE;
            case "<reset" -> draft.then = Case.Then.RESET;
            case "<kept" -> draft.keeps = true;
            case "<dropped" -> draft.keeps = false;
            case "=>" -> {
                draft.verdicts1.add(rest);
                draft.verdicts2.add(rest);
            }
            case "=1>" -> draft.verdicts1.add(rest);
            case "=2>" -> draft.verdicts2.add(rest);
            default -> throw new IllegalArgumentException("a line begins with == > + @ | < or =>");
        }
    }

    private void finish() {
        if (draft.name.isEmpty()) {
            return;
        }
        Draft d = draft;
        if (d.received.isEmpty() && d.lies()) {
            d.received.append(Case.ANYTHING);
            d.partAllowed = true;
        }
        boolean asked = d.http1.isEmpty() && d.frames.isEmpty();
        if (asked && d.neutral.isEmpty()) {
            d.neutral.add("GET a.example /");
        }
        String http1 = d.neutral.isEmpty() ? d.http1.toString() : NeutralRequest.http1(d.neutral);
        List<String> frames = d.neutral.isEmpty() ? d.frames : NeutralRequest.frames(d.neutral);
        cases.add(new Case(
                family,
                d.name,
                http1.isEmpty() ? null : http1,
                frames.isEmpty() ? null : frames,
                script(d),
                d.received.toString(),
                d.partAllowed,
                d.keeps,
                d.verdicts1,
                d.verdicts2));
    }

    private static Case.Script script(Draft d) {
        if (d.silent) {
            return new Case.Script(NOTHING, d.early, d.then, d.greeting.toString());
        }
        String answer = d.answer.isEmpty() ? Case.Script.OK.answer() : d.answer.toString();
        return new Case.Script(answer, d.early, d.then, d.greeting.toString());
    }
}
