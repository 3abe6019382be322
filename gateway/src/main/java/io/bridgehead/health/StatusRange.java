package io.bridgehead.health;

/** HTTP status codes from {@code first} to {@code last}, both included, within 100 to 599. */
public record StatusRange(int first, int last) {
    /** @throws IllegalArgumentException if the range is empty or outside 100 to 599 */
    public StatusRange {
        if (first < 100 || last > 599 || first > last) {
            throw new IllegalArgumentException(
                    "status range " + first + "-" + last + ": expected a range within 100-599, such as 200-399");
        }
    }

    /** Whether the code lies in this range. */
    public boolean contains(int status) {
        return status >= first && status <= last;
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
