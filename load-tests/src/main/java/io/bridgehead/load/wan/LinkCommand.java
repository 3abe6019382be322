package io.bridgehead.load.wan;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A line that changes links: {@code set <which> <key>=<value> ...}. Which: {@code a>b} for one direction, {@code a<>b} for both, {@code *}
 * for all. Keys: {@code delay} and {@code jitter} (ms), {@code loss} (%), {@code rate} (Mbit/s, 0 for none), {@code down} (true or false).
 */
final class LinkCommand {
    private static final double MEGA = 1e6;
    private static final double PERCENT = 100;

    private LinkCommand() {}

    /**
     * Carries it out.
     *
     * @param links by {@code from>to}
     * @return the number of links that changed
     * @throws IllegalArgumentException if a word is not understood or no link is meant; nothing has changed then
     */
    static int run(String line, Map<String, Link> links) {
        String[] words = line.trim().split("\\s+", -1);
        if (words.length < 3 || !words[0].equals("set")) {
            throw new IllegalArgumentException("'" + line + "': expected set <which> <key>=<value> ...");
        }
        var meant = links.entrySet().stream()
                .filter(entry -> isMeant(words[1], entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("'" + words[1] + "': expected * or one of " + links.keySet());
        }
        var next = meant.stream().map(link -> changed(link.state(), words)).toList();
        for (int i = 0; i < meant.size(); i++) {
            meant.get(i).become(next.get(i));
        }
        return meant.size();
    }

    private static boolean isMeant(String which, String link) {
        int arrow = link.indexOf('>');
        String there = link.substring(0, arrow);
        String back = link.substring(arrow + 1);
        return which.equals("*")
                || which.equals(link)
                || which.equals(there + "<>" + back)
                || which.equals(back + "<>" + there);
    }

    private static Link.State changed(Link.State before, String[] words) {
        Link.State state = before;
        for (int i = 2; i < words.length; i++) {
            int equal = words[i].indexOf('=');
            String value = words[i].substring(equal + 1);
            state = switch (equal < 0 ? "" : words[i].substring(0, equal)) {
                case "delay" ->
                    new Link.State(
                            millis(value), state.jitterNanos(), state.loss(), state.bitsPerSecond(), state.down());
                case "jitter" ->
                    new Link.State(
                            state.delayNanos(), millis(value), state.loss(), state.bitsPerSecond(), state.down());
                case "loss" ->
                    new Link.State(
                            state.delayNanos(),
                            state.jitterNanos(),
                            number(value, "%") / PERCENT,
                            state.bitsPerSecond(),
                            state.down());
                case "rate" ->
                    new Link.State(
                            state.delayNanos(),
                            state.jitterNanos(),
                            state.loss(),
                            (long) (number(value, "mbit") * MEGA),
                            state.down());
                case "down" ->
                    new Link.State(
                            state.delayNanos(),
                            state.jitterNanos(),
                            state.loss(),
                            state.bitsPerSecond(),
                            value.equals("true"));
                default ->
                    throw new IllegalArgumentException(
                            "'" + words[i] + "': expected delay, jitter, loss, rate or down with = and a value");
            };
        }
        return state;
    }

    private static long millis(String value) {
        return (long) (number(value, "ms") * TimeUnit.MILLISECONDS.toNanos(1));
    }

    private static double number(String value, String unit) {
        String digits = value.endsWith(unit) ? value.substring(0, value.length() - unit.length()) : value;
        double number;
        try {
            number = Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + value + "': expected a number with unit " + unit, e);
        }
        if (!(number >= 0)) {
            throw new IllegalArgumentException("'" + value + "': expected 0 or more");
        }
        return number;
    }
}
