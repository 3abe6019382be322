package io.bridgehead.config.schema;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The nearest known name to one that is not known, by edit distance with swapped neighbours counting once. */
public final class Suggestion {
    private static final int CHARACTERS_MAX = 64;

    private Suggestion() {}

    /** The nearest of the known names when it is near enough to be meant (a third of its letters, at least one), else null. */
    public static @Nullable String nearest(String name, Collection<String> known) {
        if (name.length() > CHARACTERS_MAX) {
            return null;
        }
        String best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best != null && bestDistance <= Math.max(1, Math.max(best.length(), name.length()) / 3) ? best : null;
    }

    /** {@code did you mean 'x'?}, or null when nothing is near. */
    public static @Nullable String question(String name, Collection<String> known) {
        String nearest = nearest(name, known);
        return nearest == null ? null : "did you mean '" + nearest + "'?";
    }

    /** The number of letters to insert, delete, replace or swap with their neighbour to get from one word to the other. */
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = last[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped = i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[to.length()];
    }
}
