package io.bridgehead.compile;

import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request or connection that someone asks about.
 *
 * @param listener the port that it arrives at, by name
 * @param method the HTTP method; null for a connection at a listener for TCP or TLS
 * @param host the authority that it names; for a connection the server name of its TLS, or empty
 * @param path the path; empty for a connection
 * @param caller who sends it
 * @param fields header fields, without those that say the rest; not to be changed
 * @param arrival where the client connects
 */
public record Question(
        String listener,
        @Nullable String method,
        String host,
        String path,
        Caller caller,
        HeaderFields fields,
        Arrival arrival) {
    /** A question about a request without header fields, or about a connection. */
    public Question(String listener, @Nullable String method, String host, String path, Caller caller) {
        this(listener, method, host, path, caller, new HeaderFields(), Arrival.ELSEWHERE);
    }

    /** The same with other header fields. */
    public Question with(HeaderFields others) {
        return new Question(listener, method, host, path, caller, others, arrival);
    }

    /** The same of somebody else. */
    public Question by(Caller other) {
        return new Question(listener, method, host, path, other, fields, arrival);
    }

    /** The same where a listener has this port. */
    public Question at(int port) {
        Arrival here = new Arrival(port, "").named(method == null ? host : null);
        return new Question(listener, method, host, path, caller, fields, here);
    }

    /** The request as it comes; null for a connection. */
    @Nullable
    RequestHead head() {
        return method == null ? null : new RequestHead(method, "http", host, path, fields);
    }

    /** A request at an HTTP listener. */
    public static Question request(String listener, String method, String host, String path, Caller caller) {
        return new Question(listener, method, host, path, caller);
    }

    /** A connection at a TCP listener. */
    public static Question connection(String listener, Caller caller) {
        return new Question(listener, null, "", "", caller);
    }

    /** A connection at a listener where TLS passes through, with the server name of its ClientHello or an empty text. */
    public static Question connection(String listener, String serverName, Caller caller) {
        return new Question(listener, null, serverName, "", caller);
    }

    @Override
    public String toString() {
        String connection = host.isEmpty() ? "connection" : "connection to " + host;
        return (method == null ? connection : method + " " + host + path) + " at listener " + listener;
    }
}
