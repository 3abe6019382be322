package io.bridgehead.load.chaos;

import io.bridgehead.load.chaos.Outages.Span;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Cuts, slows and flaps links, stops, kills and starts nodes, and writes down when; at random, or as told. Every disturbance ends by itself.
 * Threads: one.
 */
final class Disturber {
    /** How a link is that nothing is wrong with. */
    static final String WELL = "delay=40ms";

    private static final Duration START_MAX = Duration.ofSeconds(90);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int OUT_MAX = 2;
    private static final int FLAPS = 10;

    private final FarFabric fabric;
    private final AdminDoors doors;
    private final Outages outages;
    private final List<Disturbance> now = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final long began = System.nanoTime();

    Disturber(FarFabric fabric, AdminDoors doors, Outages outages) {
        this.fabric = fabric;
        this.doors = doors;
        this.outages = outages;
    }

    /**
     * Something that is not in order.
     *
     * @param what the node or link
     * @param due when it ends
     * @param mend ends it; false when that takes longer
     */
    private record Disturbance(String what, Span span, long due, Mend mend) {}

    /** Puts something in order. */
    private interface Mend {
        boolean done() throws IOException;
    }

    /** The name of the way between two sites, the same from both sides. */
    static String link(String a, String b) {
        return a.compareTo(b) < 0 ? a + "<>" + b : b + "<>" + a;
    }

    /** Disturbs until this moment; {@code spared} is never stopped or killed. */
    void disturbUntil(long endNanos, RandomGenerator random, Member spared) {
        long next = System.nanoTime();
        while (System.nanoTime() < endNanos) {
            if (System.nanoTime() >= next) {
                disturb(random, spared);
                next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextLong(1_000, 8_000));
            }
            mend(false);
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void disturb(RandomGenerator random, Member spared) {
        String site = site(random);
        String other = site(random);
        Member member = fabric.members().get(random.nextInt(fabric.members().size()));
        int kind = random.nextInt(9);
        long millis = kind == 0 && random.nextBoolean() ? random.nextLong(22_000, 30_000) : random.nextLong(300, 15_000);
        switch (kind) {
            case 0 -> sites().filter(far -> !far.equals(site)).forEach(far -> cut(link(site, far), link(site, far), millis));
            case 1 -> way(site, other, link(site, other), "cut both ways", millis, "down=true");
            case 2 -> way(site, other, site + ">" + other, "cut one way", millis, "down=true");
            case 3 -> way(site, other, site + ">" + other, "slowed", millis, "delay=" + random.nextInt(100, 600) + "ms");
            case 4 -> way(site, other, link(site, other), "lossy", millis, "loss=" + random.nextInt(1, 20) + "%");
            case 5 -> flap(site, other, random.nextLong(50, 400));
            case 6 -> stop(member, spared, millis);
            default -> kill(member, spared, millis);
        }
    }

    private String site(RandomGenerator random) {
        List<String> all = sites().toList();
        return all.get(random.nextInt(all.size()));
    }

    private Stream<String> sites() {
        return fabric.members().stream().map(Member::site).distinct();
    }

    private boolean isDisturbed(String what) {
        return now.stream().anyMatch(one -> one.what().equals(what));
    }

    private void way(String site, String other, String way, String how, long millis, String value) {
        if (!site.equals(other) && !isDisturbed(link(site, other))) {
            counts.merge(how, 1, Integer::sum);
            change(link(site, other), way, millis, value);
        }
    }

    /** Cuts a way, for so long. */
    private void cut(String link, String way, long millis) {
        if (!isDisturbed(link)) {
            counts.merge("cut off", 1, Integer::sum);
            change(link, way, millis, "down=true");
        }
    }

    private void say(String what, long millis) {
        System.out.printf(
                Locale.ROOT, "  %s %.1f s: %s for %.1f s%n", Instant.now(), (System.nanoTime() - began) / 1e9, what, millis / 1e3);
    }

    private void change(String link, String way, long millis, String value) {
        say(way + " " + value, millis);
        Span span = outages.begin(link);
        fabric.sites().set(way, value);
        now.add(new Disturbance(link, span, dueIn(millis), () -> {
            fabric.sites().set(link, "down=false", "loss=0%", WELL);
            return true;
        }));
    }

    private void flap(String site, String other, long millis) {
        String link = link(site, other);
        if (site.equals(other) || isDisturbed(link)) {
            return;
        }
        counts.merge("flapped", 1, Integer::sum);
        say(link + " flaps", 2 * FLAPS * millis);
        flap(link, FLAPS, millis);
    }

    /** Cuts a link and joins it again so many times, for so long each. */
    void flap(String link, int times, long millis) {
        Span span = outages.begin(link);
        for (int i = 0; i < times; i++) {
            fabric.sites().set(link, "down=true");
            Watch.during(Duration.ofMillis(millis));
            fabric.sites().set(link, "down=false");
            Watch.during(Duration.ofMillis(millis));
        }
        span.end();
    }

    /** Cuts ways until {@link #mendAll}. */
    void cut(List<String> ways) {
        for (String way : ways) {
            String[] ends = way.split("[<>]+", -1);
            change(link(ends[0], ends[1]), way, TimeUnit.DAYS.toMillis(1), "down=true");
        }
    }

    private void stop(Member member, Member spared, long millis) {
        if (!mayGo(member, spared)) {
            return;
        }
        counts.merge("stopped", 1, Integer::sum);
        say(member.name() + " stopped", millis);
        Span span = outages.begin(member.name());
        Span still = outages.begin(stopped(member));
        run(() -> fabric.pause(member));
        now.add(new Disturbance(member.name(), span, dueIn(millis), () -> {
            fabric.resume(member);
            still.end();
            return true;
        }));
    }

    /** The name of what is written down when a node is stopped, and not killed. */
    static String stopped(Member member) {
        return member.name() + " stopped";
    }

    private void kill(Member member, Member spared, long millis) {
        if (mayGo(member, spared)) {
            counts.merge("killed", 1, Integer::sum);
            kill(member, millis);
        }
    }

    /** Kills a node and starts it after so long. */
    void kill(Member member, long millis) {
        say(member.name() + " killed", millis);
        Span span = outages.begin(member.name());
        run(() -> fabric.kill(member));
        AtomicBoolean started = new AtomicBoolean();
        now.add(new Disturbance(member.name(), span, dueIn(millis), () -> {
            if (started.compareAndSet(false, true)) {
                fabric.startNode(member);
                return false;
            }
            return isThere(member);
        }));
    }

    private boolean isThere(Member member) {
        return doors.get(member, "/v1/status")
                .map(status -> status.getBoolean("ready"))
                .orElse(false);
    }

    private boolean mayGo(Member member, Member spared) {
        long out = fabric.members().stream().filter(one -> isDisturbed(one.name())).count();
        return !member.equals(spared) && !isDisturbed(member.name()) && out < OUT_MAX;
    }

    private static long dueIn(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Ends what is due, or everything. */
    private void mend(boolean all) {
        long moment = System.nanoTime();
        for (Disturbance one : List.copyOf(now)) {
            if (all || one.due() - moment <= 0) {
                run(() -> {
                    if (one.mend().done()) {
                        now.remove(one);
                        one.span().end();
                    }
                });
            }
        }
    }

    /** Puts everything in order now, and returns when every node is there. */
    void mendAll() {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!now.isEmpty()) {
            mend(true);
            if (System.nanoTime() > end) {
                throw new AssertionError("still not in order: " + now.stream().map(Disturbance::what).toList());
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private static void run(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something to a process. */
    private interface Action {
        void run() throws IOException;
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
