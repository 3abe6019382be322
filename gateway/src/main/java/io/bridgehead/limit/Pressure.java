package io.bridgehead.limit;

/**
 * How much of what a node can run out of is in use; each from 0 to 1, or more when a bound has been passed.
 *
 * @param heap of the heap after the last collection
 * @param directMemory of the memory for buffers
 * @param descriptors of the process's file descriptors
 * @param loopLag the longest wait of a task on an event loop against the longest that is bearable
 */
public record Pressure(double heap, double directMemory, double descriptors, double loopLag) {
    /** Nothing is in use. */
    public static final Pressure NONE = new Pressure(0, 0, 0, 0);

    /** The greatest of them. */
    public double max() {
        return Math.max(Math.max(heap, directMemory), Math.max(descriptors, loopLag));
    }

    /** For people and the log. */
    @Override
    public String toString() {
        return "heap " + percent(heap) + ", direct memory " + percent(directMemory) + ", descriptors "
                + percent(descriptors) + ", loop lag " + percent(loopLag);
    }

    private static String percent(double share) {
        return Math.round(share * 1000) / 10.0 + "%";
    }
}
