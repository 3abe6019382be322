package io.bridgehead.cluster.api;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * The name of a changeset, {@code <n>-<hash8>}: a number for people and 8 hexadecimal digits of the hash of its
 * content.
 *
 * @param number 1 or more
 * @param hash8 8 lower-case hexadecimal digits
 */
public record RevisionId(long number, String hash8) implements Comparable<RevisionId> {
    private static final Pattern HASH8 = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern SHAPE = Pattern.compile("[1-9][0-9]{0,17}-[0-9a-f]{8}");
    private static final Comparator<RevisionId> ORDER =
            Comparator.comparingLong(RevisionId::number).thenComparing(RevisionId::hash8);

    public RevisionId {
        if (number < 1 || !HASH8.matcher(hash8).matches()) {
            throw new IllegalArgumentException("revision is \"" + number + "-" + hash8
                    + "\"; expected a number from 1, a dash and 8 hexadecimal digits, such as 7-0c1d2e3f");
        }
    }

    /** The name of the changeset with this number and binary form. */
    public static RevisionId of(long number, Bytes form) {
        return new RevisionId(number, Sha256.of(form).hash8());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static RevisionId parse(String text) {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("revision is \"" + text
                    + "\"; expected a number from 1, a dash and 8 hexadecimal digits, such as 7-0c1d2e3f");
        }
        int dash = text.indexOf('-');
        return new RevisionId(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1));
    }

    @Override
    public int compareTo(RevisionId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return number + "-" + hash8;
    }
}
