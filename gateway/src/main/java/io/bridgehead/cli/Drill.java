package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One drill from the first probe to the site's return; whatever happens, its order is ended. */
@OwnedBy(Owner.CONFINED)
final class Drill {
    private static final long BEFORE_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 50;
    private static final int ANSWERS_SECONDS_MAX = DrillProbes.TIMEOUT_SECONDS + 1;

    private final DrillOrder order;
    private final DrillProbes probes;
    private final CountDownLatch stop;
    private final Progress progress;
    private double before;
    private Map<String, Double> during = Map.of();
    private long shiftMillis = DrillReport.NEVER;
    private long firstBackMillis = DrillReport.NEVER;
    private long backMillis = DrillReport.NEVER;

    /**
     * A drill that has not begun.
     *
     * @param stop comes when somebody wants it to end
     * @param progress is told what it is at
     */
    Drill(DrillOrder order, DrillProbes probes, CountDownLatch stop, Progress progress) {
        this.order = order;
        this.probes = probes;
        this.stop = stop;
        this.progress = progress;
    }

    DrillReport run(String what, Duration lasts, Duration wait, boolean evenIfLost) throws NodeUnreachableException {
        progress.at("looking at the service as it is");
        probes.start();
        pause(BEFORE_MILLIS);
        Map<String, Long> answeredBefore = DrillShares.answered(order.node(), order.service());
        before = shares().of(order.site());
        long usualMillis = probes.sum().usualMillis();
        probes.forget();
        order.give(lasts, evenIfLost);
        long given = System.nanoTime();
        progress.at("site " + order.site() + " is lost for " + lasts.toSeconds() + " s");
        try {
            lose(given, lasts);
        } finally {
            order.end();
        }
        Duration lasted = Duration.ofMillis(since(given));
        boolean early = stop.getCount() == 0;
        progress.at("site " + order.site() + " comes back, for " + wait.toSeconds() + " s at most");
        lookForReturn(wait);
        probes.stop();
        awaitAnswers();
        return new DrillReport(
                what,
                lasted,
                early,
                probes.sum().usually(usualMillis),
                new DrillReport.Shares(
                        before, shiftMillis, during, firstBackMillis, backMillis, shares().reason(order.site())),
                difference(answeredBefore, DrillShares.answered(order.node(), order.service())));
    }

    private void lose(long given, Duration lasts) throws NodeUnreachableException {
        while (since(given) < lasts.toMillis() && stop.getCount() > 0) {
            if (shiftMillis == DrillReport.NEVER && shares().serving().get(order.site()) == null) {
                shiftMillis = since(given);
            }
            pause(LOOK_MILLIS);
        }
        during = new TreeMap<>(shares().serving());
        during.remove(order.site());
    }

    private void lookForReturn(Duration wait) throws NodeUnreachableException {
        long ended = System.nanoTime();
        while (backMillis == DrillReport.NEVER && since(ended) < wait.toMillis() && stop.getCount() > 0) {
            DrillShares now = shares();
            if (firstBackMillis == DrillReport.NEVER
                    && (before == 0 || now.serving().containsKey(order.site()))) {
                firstBackMillis = since(ended);
            }
            if (now.has(order.site(), before)) {
                backMillis = since(ended);
            }
            pause(LOOK_MILLIS);
        }
    }

    private void awaitAnswers() {
        long from = System.nanoTime();
        while (probes.sum().open() > 0 && since(from) < TimeUnit.SECONDS.toMillis(ANSWERS_SECONDS_MAX)) {
            pause(LOOK_MILLIS);
        }
    }

    private static Map<String, Long> difference(Map<String, Long> then, Map<String, Long> now) {
        Map<String, Long> more = new TreeMap<>();
        now.forEach((site, count) -> {
            if (count > then.getOrDefault(site, 0L)) {
                more.put(site, count - then.getOrDefault(site, 0L));
            }
        });
        return more;
    }

    private DrillShares shares() throws NodeUnreachableException {
        return DrillShares.of(order.node(), order.service());
    }

    private static long since(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Lets time pass, or less when the drill is to end. */
    private void pause(long millis) {
        if (DrillFailSiteCommand.await(stop, millis)) {
            // what is looked for is looked for a last time without haste
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
