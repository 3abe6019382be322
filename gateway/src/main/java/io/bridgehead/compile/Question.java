package io.bridgehead.compile;

import io.bridgehead.model.Caller;
import org.jspecify.annotations.Nullable;

/**
 * A request or connection that someone asks about.
 *
 * @param listener the port that it arrives at, by name
 * @param method the HTTP method; null for a connection at a TCP listener
 * @param host the authority that it names; empty for a connection
 * @param path the path; empty for a connection
 * @param caller who sends it
 */
public record Question(String listener, @Nullable String method, String host, String path, Caller caller) {
    /** A request at an HTTP listener. */
    public static Question request(String listener, String method, String host, String path, Caller caller) {
        return new Question(listener, method, host, path, caller);
    }

    /** A connection at a TCP listener. */
    public static Question connection(String listener, Caller caller) {
        return new Question(listener, null, "", "", caller);
    }

    @Override
    public String toString() {
        return (method == null ? "connection" : method + " " + host + path) + " at listener " + listener;
    }
}
