package io.bridgehead.control;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.RevisionHistory;
import io.bridgehead.sync.RevisionHistory.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is served when the newest revisions of all sources do not fit together, as when two sources claimed one name on two nodes at the same
 * moment or on two sides of a cut: {@code apply} compares and sets for each source alone.
 *
 * <p>The sources are taken in the order of their revisions' stamps, the oldest first, so that the one that claimed first keeps what it
 * has. One that does not fit with those before it is served at the newest of its earlier revisions that does, or not at all. Every node that
 * holds the same records decides alike, and what others change goes on.
 *
 * @param documents what is to be served
 * @param result what came of compiling it
 * @param problems what is not served and why; empty when all fits
 */
public record Settlement(ActiveDocuments documents, CompileResult result, List<String> problems) {
    /** How many revisions of a source are tried. */
    static final int TRIES_MAX = 8;

    public Settlement {
        problems = List.copyOf(problems);
    }

    /** Compiles what is active, and looks for what fits only when that does not. Runs on the blocking pool. */
    public static Settlement of(ActiveDocuments active, RevisionHistory history, CompileContext context) {
        CompileResult whole = Documents.compile(active, context);
        if (!(whole instanceof CompileResult.Refused refused)) {
            return new Settlement(active, whole, List.of());
        }
        List<String> problems = new ArrayList<>();
        refused.problems().forEach(problem -> problems.add(problem.toString()));
        SortedMap<String, Said> chosen = new TreeMap<>();
        for (String source : history.seniority()) {
            choose(source, history.said(source, TRIES_MAX), chosen, context, problems);
        }
        ActiveDocuments settled = ActiveDocuments.of(chosen);
        boolean nothing = chosen.values().stream().allMatch(said -> said.texts().isEmpty());
        return nothing
                ? new Settlement(active, whole, problems)
                : new Settlement(settled, Documents.compile(settled, context), problems);
    }

    private static void choose(
            String source,
            List<Said> said,
            SortedMap<String, Said> chosen,
            CompileContext context,
            List<String> problems) {
        for (Said one : said) {
            SortedMap<String, Said> next = new TreeMap<>(chosen);
            next.put(source, one);
            if (Documents.compile(ActiveDocuments.of(next), context) instanceof CompileResult.Compiled) {
                chosen.put(source, one);
                if (!one.equals(said.getFirst())) {
                    problems.add(notServed(source, said.getFirst(), one));
                }
                return;
            }
        }
        problems.add(notServed(source, said.isEmpty() ? null : said.getFirst(), null));
    }

    private static String notServed(String source, @Nullable Said newest, @Nullable Said served) {
        return "source '" + source + "': revision " + (newest == null ? "unknown" : newest.revision())
                + " does not fit with sources that were there before; "
                + (served == null ? "none of its documents is served" : served.revision() + " is served")
                + " until a new revision of it fits";
    }

    /**
     * Compiles what would be in force with a proposal. A proposal is refused for problems that it has a part in; those that others have with
     * each other do not stand in its way.
     */
    public static CompileResult judge(
            ActiveDocuments active,
            RevisionHistory history,
            CompileContext context,
            String source,
            SortedMap<String, String> texts) {
        CompileResult all = Documents.compile(Documents.proposed(active, source, texts), context);
        if (all instanceof CompileResult.Compiled || fits(without(active, source), context)) {
            return all;
        }
        ActiveDocuments settled = of(active, history, context).documents();
        return Documents.compile(Documents.proposed(settled, source, texts), context);
    }

    private static boolean fits(ActiveDocuments documents, CompileContext context) {
        return Documents.compile(documents, context) instanceof CompileResult.Compiled;
    }

    private static ActiveDocuments without(ActiveDocuments active, String source) {
        SortedMap<String, SortedMap<String, String>> others = new TreeMap<>();
        for (Map.Entry<String, SortedMap<String, String>> one : active.sources().entrySet()) {
            if (!one.getKey().equals(source)) {
                others.put(one.getKey(), one.getValue());
            }
        }
        return new ActiveDocuments("proposed", others);
    }
}
