package io.bridgehead.match;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * How many instructions an expression has about, with its repetitions written out: known before it is compiled, as compiling a few nested
 * repetitions can take all memory. Reads texts that are no expressions as well.
 */
@OwnedBy(Owner.CONFINED)
final class ExpressionSize {
    private static final int REPETITIONS_MAX = 1000;
    /** Sums stay far below what overflows. */
    private static final long ENOUGH = 1L << 40;

    private final String text;
    private final long[] sums;
    private int depth;
    private int at;
    /** The size of what a repetition would repeat. */
    private long atom;

    private ExpressionSize(String text) {
        this.text = text;
        this.sums = new long[text.length() + 1];
    }

    static long of(String text) {
        return new ExpressionSize(text).read();
    }

    private long read() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\\' -> readEscape();
                case '[' -> readClass();
                case '(' -> open();
                case ')' -> close();
                case '{' -> readRepetition();
                default -> take(at + 1, 1);
            }
        }
        while (depth > 0) {
            close();
        }
        return sums[0];
    }

    private void take(int next, long size) {
        at = next;
        atom = size;
        sums[depth] = Math.min(ENOUGH, sums[depth] + size);
    }

    private void open() {
        at++;
        atom = 0;
        depth++;
        sums[depth] = 2;
    }

    private void close() {
        if (depth == 0) {
            take(at + 1, 1);
            return;
        }
        long inner = sums[depth];
        depth--;
        take(at + 1, inner);
    }

    private void readEscape() {
        if (!text.startsWith("\\Q", at)) {
            take(at + 2, 1);
            return;
        }
        int end = text.indexOf("\\E", at + 2);
        int stop = end < 0 ? text.length() : end;
        sums[depth] += stop - at;
        take(Math.min(text.length(), stop + 2), 1);
    }

    private void readClass() {
        int i = at + 1;
        if (i < text.length() && text.charAt(i) == '^') {
            i++;
        }
        boolean first = true;
        while (i < text.length() && (first || text.charAt(i) != ']')) {
            first = false;
            int named = text.startsWith("[:", i) ? text.indexOf(":]", i + 2) : -1;
            i = named >= 0 ? named + 2 : i + (text.charAt(i) == '\\' ? 2 : 1);
        }
        take(i + 1, 1);
    }

    /** {@code {n}}, {@code {n,}} or {@code {n,m}} repeats what stands before it; other braces are characters. */
    private void readRepetition() {
        int end = text.indexOf('}', at);
        long times = end < 0 ? -1 : times(text.substring(at + 1, end));
        if (times < 0) {
            take(at + 1, 1);
            return;
        }
        long more = Math.min(ENOUGH, atom * Math.min(times, REPETITIONS_MAX + 1));
        at = end + 1;
        sums[depth] = Math.min(ENOUGH, sums[depth] + more);
        atom = more;
    }

    private static long times(String counts) {
        String[] parts = counts.split(",", -1);
        if (parts.length > 2 || !isNumber(parts[0])) {
            return -1;
        }
        if (parts.length == 1 || parts[1].isEmpty()) {
            return number(parts[0]) + parts.length - 1;
        }
        return isNumber(parts[1]) ? Math.max(number(parts[0]), number(parts[1])) : -1;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        return digits.length() > 4 ? REPETITIONS_MAX + 1 : Long.parseLong(digits);
    }
}
