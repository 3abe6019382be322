package io.bridgehead.listen;

import io.bridgehead.authn.JwtTerms;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.tls.edge.EdgeTls;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port that this node serves, as configured.
 *
 * @param name what routes and logs call it; one of a kind in the node
 * @param host the address to bind, such as {@code 127.0.0.1} or {@code 0.0.0.0}
 * @param port 1 to 65535; 0 lets the system choose
 * @param protocol what clients speak here
 * @param identity what callers are called here, who prove nothing
 * @param connectionsMax connections at a time; more are closed at once
 * @param clients how clients' addresses are known, and what one address may have
 * @param edge how HTTP is served
 */
public record ListenerSpec(
        String name,
        String host,
        int port,
        Protocol protocol,
        SpiffeId identity,
        int connectionsMax,
        ClientRules clients,
        Edge edge) {
    /** The connections that one listener takes unless told otherwise. */
    public static final int CONNECTIONS_MAX_DEFAULT = 20_000;

    /** What clients speak at a port. */
    public enum Protocol {
        /** HTTP without TLS. */
        HTTP,
        /** HTTP over TLS. */
        HTTPS,
        /** Bytes. */
        TCP,
        /** TLS passed through unread, by server name. */
        TLS,
        /** TLS for several listeners, each with its own way to serve it, by server name. */
        NAMED_TLS
    }

    /**
     * How HTTP is served.
     *
     * @param tls of a listener for HTTPS, else null; its owner closes it
     * @param http2 whether clients may speak HTTP/2: by ALPN, or without TLS by prior knowledge
     * @param forward what endpoints are told of client certificates
     * @param names the listeners of a port for {@link Protocol#NAMED_TLS}, else null
     * @param page what the port itself answers with; null where requests are routed
     * @param tokens what is taken of JSON Web Tokens; null when nobody looks at them
     * @param isPrivate whether no strangers come in here, as far as the configuration says
     */
    public record Edge(
            @Nullable EdgeTls tls,
            boolean http2,
            ForwardedCertificate.Mode forward,
            @Nullable ServerNames names,
            @Nullable Page page,
            @Nullable JwtTerms tokens,
            boolean isPrivate) {
        /** HTTP/1.1 without TLS. */
        public static final Edge PLAIN = new Edge(null, false, ForwardedCertificate.Mode.SANITIZE_SET);

        /** At a port that is one listener. */
        public Edge(@Nullable EdgeTls tls, boolean http2, ForwardedCertificate.Mode forward) {
            this(tls, http2, forward, null, null, null, false);
        }

        /** A port with several listeners for TLS. */
        public static Edge named(ServerNames names, ForwardedCertificate.Mode forward) {
            return new Edge(null, true, forward, names, null, null, false);
        }

        private Edge withNames(@Nullable ServerNames others) {
            return new Edge(tls, http2, forward, others, page, tokens, isPrivate);
        }

        /** A port for HTTPS that has one page, and routes nothing. */
        public static Edge of(EdgeTls tls, Page page) {
            return new Edge(tls, true, ForwardedCertificate.Mode.SANITIZE, null, page, null, false);
        }

        /** The same where tokens are taken. */
        public Edge taking(@Nullable JwtTerms terms) {
            return new Edge(tls, http2, forward, names, page, terms, isPrivate);
        }

        /** The same where no strangers come in, or where they may. */
        public Edge behind(boolean privately) {
            return new Edge(tls, http2, forward, names, page, tokens, privately);
        }
    }

    /**
     * The one page of a port.
     *
     * @param content JSON as it is now; nobody changes what it gives
     */
    public record Page(String path, Supplier<byte[]> content) {}

    /** A listener without TLS that serves nothing newer than HTTP/1.1. */
    public ListenerSpec(
            String name,
            String host,
            int port,
            Protocol protocol,
            SpiffeId identity,
            int connectionsMax,
            ClientRules clients) {
        this(name, host, port, protocol, identity, connectionsMax, clients, Edge.PLAIN);
    }

    /** @throws IllegalArgumentException naming the value that is out of range */
    public ListenerSpec {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("listener '" + name + "': port " + port + ": expected 0 to 65535");
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException(
                    "listener '" + name + "': " + connectionsMax + " connections: expected 1 or more");
        }
    }

    /** The same port where HTTP is served in another way. */
    public ListenerSpec with(Edge other) {
        return new ListenerSpec(name, host, port, protocol, identity, connectionsMax, clients, other);
    }

    /** Its TLS. */
    EdgeTls tls() {
        EdgeTls tls = edge.tls;
        if (tls == null) {
            throw new IllegalArgumentException("listener '" + name + "': protocol " + protocol + ": expected TLS");
        }
        return tls;
    }

    /** Its listeners by server name. */
    ServerNames names() {
        ServerNames names = edge.names;
        if (names == null) {
            throw new IllegalArgumentException("listener '" + name + "': protocol " + protocol + ": expected names");
        }
        return names;
    }

    /** Whether two differ at most in their listeners by server name. */
    boolean hasOtherNamesOnly(ListenerSpec other) {
        Edge edgeOfOther = other.edge.withNames(edge.names);
        return equals(new ListenerSpec(
                other.name,
                other.host,
                other.port,
                other.protocol,
                other.identity,
                other.connectionsMax,
                other.clients,
                edgeOfOther));
    }

    boolean isAtSamePlace(ListenerSpec other) {
        return host.equals(other.host) && port == other.port;
    }

    /** A place in words. */
    static String address(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
