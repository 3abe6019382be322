package io.bridgehead.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a drill showed.
 *
 * @param what was drilled, in words
 * @param lasted how long the site counted as lost
 * @param early whether it was ended before its time
 * @param probes what became of them
 * @param shares who served, and when
 * @param answered how many requests of the service, probes included, the node answered from each site meanwhile
 */
record DrillReport(
        String what,
        Duration lasted,
        boolean early,
        DrillProbes.Sum probes,
        Shares shares,
        Map<String, Long> answered) {
    static final long NEVER = -1;

    /**
     * How shares moved; times are milliseconds, {@link #NEVER} for what did not happen.
     *
     * @param before of the site, 0 to 1
     * @param shiftMillis from the order until the site had nothing
     * @param during the shares of the other sites when the drill ended
     * @param firstBackMillis from the end of the order until the site had something
     * @param backMillis until it had its whole share
     * @param after how the site stood when it was looked at last
     */
    record Shares(
            double before,
            long shiftMillis,
            Map<String, Double> during,
            long firstBackMillis,
            long backMillis,
            String after) {}

    JsonObject json() {
        JsonObject during = new JsonObject();
        shares.during().forEach(during::put);
        JsonObject bySite = new JsonObject();
        answered.forEach(bySite::put);
        return new JsonObject()
                .put("drill", what)
                .put("seconds", lasted.toMillis() / 1000.0)
                .put("endedEarly", early)
                .put("probesSent", probes.sent())
                .put("probesLost", probes.lost())
                .put("lostBecause", new JsonArray(probes.examples()))
                .put("usualMillis", probes.usualMillis())
                .put("longestMillis", probes.longestMillis())
                .put("shareBefore", shares.before())
                .put("shiftMillis", orNull(shares.shiftMillis()))
                .put("sharesDuring", during)
                .put("answered", bySite)
                .put("firstBackMillis", orNull(shares.firstBackMillis()))
                .put("backMillis", orNull(shares.backMillis()))
                .put("after", shares.after());
    }

    private static @org.jspecify.annotations.Nullable Long orNull(long millis) {
        return millis == NEVER ? null : millis;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        add(lines, "drill", what + ", for " + seconds(lasted.toMillis()) + (early ? ", ended early" : ""));
        add(lines, "probes", probes.sent() + " sent, " + probes.lost() + " lost" + because());
        add(
                lines,
                "stall",
                "longest answer " + probes.longestMillis() + " ms, usually " + probes.usualMillis() + " ms");
        add(
                lines,
                "shift",
                shares.shiftMillis() == NEVER
                        ? "the site kept a share"
                        : shares.shiftMillis() + " ms until the site had no share, " + percent(shares.before())
                                + " before");
        add(lines, "went to", shares.during().isEmpty() ? "nowhere" : percents(shares.during()));
        add(lines, "answered", answered.isEmpty() ? "nothing" : counts());
        add(lines, "back", back());
        return lines;
    }

    private String because() {
        return probes.examples().isEmpty() ? "" : ": " + String.join("; ", probes.examples());
    }

    private String counts() {
        List<String> texts = new ArrayList<>();
        answered.forEach((site, count) -> texts.add(count + " by " + (site.isEmpty() ? "no site" : site)));
        return String.join(", ", texts) + " (every request of the service that this node answered meanwhile)";
    }

    private String back() {
        String whole = shares.backMillis() == NEVER
                ? "not its whole share: " + shares.after()
                : seconds(shares.backMillis()) + " until it had its whole share";
        return shares.firstBackMillis() == NEVER
                ? whole
                : seconds(shares.firstBackMillis()) + " until it had a share again, " + whole;
    }

    private static String percents(Map<String, Double> shares) {
        List<String> texts = new ArrayList<>();
        shares.forEach((site, share) -> texts.add(site + " " + percent(share)));
        return String.join(", ", texts);
    }

    private static String percent(double share) {
        return Math.round(share * 100) + "%";
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private static void add(List<String> lines, String word, String text) {
        lines.add(String.format(Locale.ROOT, "%-10s %s", word, text));
    }
}
