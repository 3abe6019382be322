package io.bridgehead.proxy;

import io.bridgehead.authn.JwtTerms;
import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * Where an exchange came in: one connection of one listener or tunnel, and what is known of everybody on it.
 *
 * @param listener the listener's name; {@code tunnel} for tunnels
 * @param kind what comes in here
 * @param caller who calls, unless a tunnel's fields say more; for a tunnel the peer gateway itself
 * @param protocol the version as {@code Via} says it: {@code 1.1} or {@code 2}; {@code tcp} for bytes, {@code tls} for TLS unread, {@code udp}
 *     for datagrams
 * @param edge what holds for clients of the connection
 * @param forwarding what is believed of what requests say of their way; null for nothing
 * @param arrival where the client connected, as far as this node knows
 * @param tokens what is taken of JSON Web Tokens in requests; null when nobody looks at them
 * @param isPrivate whether it is known that no strangers come in here
 */
public record EntryPoint(
        String listener,
        Kind kind,
        Caller caller,
        String protocol,
        EdgeTerms edge,
        @Nullable ForwardingTrust forwarding,
        Arrival arrival,
        @Nullable JwtTerms tokens,
        boolean isPrivate) {
    /** What comes in at an entry point. */
    public enum Kind {
        /** HTTP requests of clients at this site. */
        HTTP,
        /** Byte streams of clients at this site. */
        TCP,
        /** Requests and byte streams that another site's gateway passes on. */
        TUNNEL
    }

    /** The name that tunnels go by in logs and metrics. */
    public static final String TUNNEL_LISTENER = "tunnel";

    private static final String TCP_PROTOCOL = "tcp";
    private static final String TLS_PROTOCOL = "tls";
    private static final String UDP_PROTOCOL = "udp";

    /** A client's HTTP connection. */
    public static EntryPoint http(String listener, Caller caller) {
        return http(listener, caller, false, EdgeTerms.PLAIN);
    }

    /** A client's HTTP connection whose version is known. */
    public static EntryPoint http(String listener, Caller caller, boolean http2, EdgeTerms edge) {
        return new EntryPoint(
                listener, Kind.HTTP, caller, http2 ? "2" : "1.1", edge, null, Arrival.ELSEWHERE, null, false);
    }

    /** A client's raw connection. */
    public static EntryPoint tcp(String listener, Caller caller) {
        return new EntryPoint(
                listener, Kind.TCP, caller, TCP_PROTOCOL, EdgeTerms.PLAIN, null, Arrival.ELSEWHERE, null, false);
    }

    /** The datagrams of a client. */
    static EntryPoint udp(String listener, Caller caller) {
        return new EntryPoint(
                listener, Kind.TCP, caller, UDP_PROTOCOL, EdgeTerms.PLAIN, null, Arrival.ELSEWHERE, null, false);
    }

    /** A client's TLS connection that is passed through. */
    public static EntryPoint tls(String listener, Caller caller) {
        return new EntryPoint(
                listener, Kind.TCP, caller, TLS_PROTOCOL, EdgeTerms.PLAIN, null, Arrival.ELSEWHERE, null, false);
    }

    /** A tunnel's connection; the site in the peer's id is the site it speaks for. */
    public static EntryPoint tunnel(Caller peer) {
        return new EntryPoint(
                TUNNEL_LISTENER, Kind.TUNNEL, peer, "2", EdgeTerms.PLAIN, null, Arrival.ELSEWHERE, null, false);
    }

    /** The same for a peer that is believed so far; null for one that is not. */
    public EntryPoint trusting(@Nullable ForwardingTrust trust) {
        return trust == null
                ? this
                : new EntryPoint(listener, kind, caller, protocol, edge, trust, arrival, tokens, isPrivate);
    }

    /** The same for a client that connected here. */
    public EntryPoint at(Arrival here) {
        return new EntryPoint(listener, kind, caller, protocol, edge, forwarding, here, tokens, isPrivate);
    }

    /** The same where tokens are taken; null where nobody looks at them. */
    public EntryPoint taking(@Nullable JwtTerms terms) {
        return terms == null
                ? this
                : new EntryPoint(listener, kind, caller, protocol, edge, forwarding, arrival, terms, isPrivate);
    }

    /** The same where no strangers come in, or where they may. */
    public EntryPoint behind(boolean privately) {
        return new EntryPoint(listener, kind, caller, protocol, edge, forwarding, arrival, tokens, privately);
    }

    /** Removes from a client's trailers what only this node may say. */
    void stripClaims(HeaderFields trailers) {
        if (isTunnel()) {
            return;
        }
        RequestFields.stripClaims(trailers);
        if (tokens != null) {
            tokens.strip(trailers);
        }
    }

    /** Whether bytes are those of TLS that is passed through. */
    boolean isTls() {
        return protocol.equals(TLS_PROTOCOL);
    }

    /** Whether heads have the form of HTTP/2, where an upgrade is extended CONNECT (RFC 8441). */
    boolean isHttp2() {
        return protocol.equals("2");
    }

    /** Whether the hop fields of the other side are to be believed. */
    public boolean isTunnel() {
        return kind == Kind.TUNNEL;
    }

    /** Whether only endpoints of the own site may serve, so that nothing goes in circles. */
    public boolean isLocalOnly() {
        return kind == Kind.TUNNEL;
    }

    SpiffeId peer() {
        return caller.identity();
    }
}
