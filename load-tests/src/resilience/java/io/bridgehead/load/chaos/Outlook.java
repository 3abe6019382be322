package io.bridgehead.load.chaos;

import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.FarFabric.Said;
import io.bridgehead.load.wan.Watch;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code status} says at every node from a cut on: that nothing is wrong, then that the fabric may be split, with the names of those who
 * are missed and no others, and after the heal that nothing is wrong again. Looks again and again, on a thread for each node. Threads: any.
 */
final class Outlook implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SILENT_MILLIS = 35_000;
    /** Nodes tell of themselves every 10 s, so the last word of who is cut off is up to so much older than the cut. */
    private static final double MISSED_SECONDS_MIN = 24;

    private static final double MISSED_SECONDS_MAX = 50;
    /** Members that lost each other may need five seconds to connect, and tell of themselves within ten after that. */
    private static final double WELL_SECONDS_MAX = 20;

    private final FarFabric fabric;
    private final AdminDoors doors;
    private final Map<String, List<String>> missed;
    private volatile long cut;
    private final AtomicLong mended = new AtomicLong(Long.MAX_VALUE);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Map<String, Double> saidAfter = new ConcurrentHashMap<>();
    private final Map<String, Double> wellAfter = new ConcurrentHashMap<>();
    private final Map<String, String> last = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

    /** @param missed the sites that the nodes of a site will miss; sites that miss nobody may be left out */
    Outlook(FarFabric fabric, AdminDoors doors, Map<String, List<String>> missed) {
        this.fabric = fabric;
        this.doors = doors;
        this.missed = Map.copyOf(missed);
    }

    /** The cut was at this moment: begins to look. */
    void begin(long cutNanos) {
        cut = cutNanos;
        for (Member member : fabric.members()) {
            Thread.ofPlatform().daemon().name("outlook-" + member.name()).start(() -> run(member));
        }
    }

    private void run(Member member) {
        while (!stopped.get()) {
            JsonObject status = doors.get(member, "/v1/status").orElse(null);
            if (status == null) {
                problems.add(member.name() + " does not answer");
            } else {
                look(member, status);
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private void look(Member member, JsonObject status) {
        List<String> said = status.getJsonArray("problems", new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
        boolean healthy = status.getBoolean("healthy");
        boolean well = healthy && said.isEmpty();
        long heal = mended.get();
        double after = (System.nanoTime() - (heal == Long.MAX_VALUE ? cut : heal)) / 1e9;
        note(member, after, well ? "nothing" : said.toString());
        if (heal != Long.MAX_VALUE) {
            wellAfter.compute(
                    member.name(), (_, before) -> !well ? null : before == null ? Double.valueOf(after) : before);
            return;
        }
        SortedSet<String> silent = silent(member, after, status);
        List<String> fitting = suspicion(silent);
        if (!said.equals(fitting) || healthy != fitting.isEmpty()) {
            problem(member, after, "says " + said + ", healthy " + healthy + ", while silent are " + silent);
        } else if (!silent.isEmpty() && silent.equals(missed(member))) {
            saidAfter.putIfAbsent(member.name(), after);
        } else if (saidAfter.containsKey(member.name())) {
            problem(member, after, "hears again who is cut off: silent are " + silent);
        }
    }

    /** The nodes that a node has not heard for too long. */
    private SortedSet<String> silent(Member member, double after, JsonObject status) {
        SortedSet<String> silent = new TreeSet<>();
        for (Object one : status.getJsonArray("nodes", new JsonArray())) {
            JsonObject row = (JsonObject) one;
            if (row.getBoolean("silent")) {
                silent.add(row.getString("node"));
            }
            if (row.getBoolean("silent") != row.getLong("heardMillisAgo") > SILENT_MILLIS) {
                problem(member, after, "has " + row);
            }
        }
        if (!missed(member).containsAll(silent)) {
            problem(member, after, "misses " + silent);
        }
        return silent;
    }

    /** The problem that these silent nodes are: none, unless all of a site are among them. */
    private List<String> suspicion(SortedSet<String> silent) {
        List<String> sites = fabric.members().stream()
                .map(Member::site)
                .distinct()
                .filter(site -> fabric.members().stream()
                        .filter(member -> member.site().equals(site))
                        .allMatch(member -> silent.contains(member.name())))
                .toList();
        boolean most = silent.size() * 2 > fabric.members().size() - 1;
        return sites.isEmpty() && !most
                ? List.of()
                : List.of("the fabric may be split: nothing was heard for more than 35 s from "
                        + (sites.isEmpty() ? "" : "any node of " + String.join(", ", sites) + "; silent are ")
                        + String.join(", ", silent) + ": cut off, or stopped");
    }

    private void note(Member member, double after, String what) {
        if (!what.equals(last.put(member.name(), what))) {
            System.out.printf(Locale.ROOT, "  %.1f s: status at %s: %s%n", after, member.name(), what);
        }
    }

    private void problem(Member member, double after, String what) {
        problems.add(String.format(
                Locale.ROOT,
                "%.1f s after the cut %s %s; it is to miss %s",
                after,
                member.name(),
                what,
                missed(member)));
    }

    /** The nodes that a node is to miss. */
    private SortedSet<String> missed(Member by) {
        SortedSet<String> nodes = new TreeSet<>();
        fabric.members().stream()
                .filter(member -> missed.getOrDefault(by.site(), List.of()).contains(member.site()))
                .forEach(member -> nodes.add(member.name()));
        return nodes;
    }

    /** Returns when every node says whom it misses. */
    void awaitMissed() {
        List<Member> missing = fabric.members().stream()
                .filter(member -> !missed(member).isEmpty())
                .toList();
        Watch.until(
                "all of " + missing.stream().map(Member::name).toList() + " say that the fabric may be split",
                Duration.ofMillis((long) (MISSED_SECONDS_MAX * 1_000) - (System.nanoTime() - cut) / 1_000_000),
                () -> missing.stream().allMatch(member -> saidAfter.containsKey(member.name())),
                last::toString);
        System.out.printf("  'may be split' after %s s%n", new TreeMap<>(saidAfter));
    }

    /** What does not fit of what the command says at a node now, and of its exit code. */
    List<String> said(Member at) {
        SortedSet<String> silent = mended.get() == Long.MAX_VALUE ? missed(at) : new TreeSet<>();
        List<String> expected = suspicion(silent).stream()
                .map(problem -> "problem    " + problem)
                .toList();
        Said said = command(at);
        List<String> lines = said.text().lines().toList();
        List<String> wrong = new ArrayList<>();
        if (said.exit() != expected.size()
                || !lines.stream()
                        .filter(line -> line.startsWith("problem "))
                        .toList()
                        .equals(expected)) {
            wrong.add("expected exit code " + expected.size() + " and " + expected);
        }
        for (Member other : fabric.members()) {
            boolean cutOff = silent.contains(other.name());
            boolean far = !other.site().equals(at.site());
            String line = "peer +" + other.name() + " in site " + other.site() + ", .*, seen by .*"
                    + (far && !cutOff ? "tunnel up" : "") + ", heard " + (cutOff ? "last " : "") + "[0-9]+ s ago";
            if (!other.equals(at)
                    && lines.stream().noneMatch(one -> one.matches(line) && !(cutOff && one.contains("tunnel up")))) {
                wrong.add("expected '" + line + "'" + (cutOff ? " and no tunnel up" : ""));
            }
        }
        return wrong.isEmpty()
                ? wrong
                : List.of("status at " + at.name() + ": " + wrong + ", exit code " + said.exit() + ":\n" + said.text());
    }

    private Said command(Member at) {
        try {
            return fabric.bridgeheadIn(
                    at.site(), "status", "--socket", fabric.socket(at).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cut is over now. */
    void mended() {
        mended.set(System.nanoTime());
    }

    /** Ends the looks; what they found that is not as it should be. */
    List<String> problems() {
        close();
        List<String> found = new ArrayList<>(problems);
        saidAfter.forEach((node, seconds) -> {
            if (seconds < MISSED_SECONDS_MIN) {
                found.add(node + " said " + seconds + " s after the cut that the fabric may be split");
            }
        });
        fabric.members().forEach(member -> {
            Double seconds = wellAfter.get(member.name());
            if (seconds == null || seconds > WELL_SECONDS_MAX) {
                found.add(member.name() + " is well " + seconds + " s after the heal; expected " + WELL_SECONDS_MAX
                        + " s at most");
            }
        });
        System.out.printf("  'healthy' after the heal after %s s%n", new TreeMap<>(wellAfter));
        return found;
    }

    @Override
    public void close() {
        stopped.set(true);
    }
}
