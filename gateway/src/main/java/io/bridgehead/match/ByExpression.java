package io.bridgehead.match;

/** A match whose path is an expression. */
record ByExpression<T>(Expression path, Candidate<T> candidate) {
    /** The whole elements that every path that fits begins with. */
    String elements() {
        String beginning = path.beginning();
        int slash = beginning.startsWith("/") ? beginning.lastIndexOf('/') : 0;
        return beginning.substring(0, slash);
    }
}
