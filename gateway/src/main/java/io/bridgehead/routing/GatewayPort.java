package io.bridgehead.routing;

import io.bridgehead.match.HostPattern;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A port that Gateways describe, as a node is to open it. Where it leads is in {@link RoutingTable#port} under the same name.
 *
 * @param name as {@link #nameOf} makes it
 * @param address an IP address to bind, such as {@code 0.0.0.0} or {@code 10.0.0.7}; with several addresses each is a port of its own
 * @param port 1 to 65535; 0 lets the system choose
 * @param kind what clients speak here
 * @param tls the listeners of a port of {@link Kind#TLS}, each with another host name; none for other kinds
 * @param clients how client certificates are judged, at every listener of the port that ends TLS; null when they are not asked for
 * @param gateways those with a listener here, each {@code namespace/name}
 */
public record GatewayPort(
        String name,
        String address,
        int port,
        Kind kind,
        List<TlsListener> tls,
        @Nullable ClientValidation clients,
        Set<String> gateways) {
    /** What clients speak at a port. */
    public enum Kind {
        /** HTTP without TLS: HTTP/1.1, and HTTP/2 by prior knowledge. */
        HTTP,
        /** TLS; the server name says which of the port's listeners is meant, and with it what becomes of the connection. */
        TLS,
        /** Bytes, for {@link PortRoutes#connections}. */
        TCP,
        /** Datagrams, for {@link PortRoutes#connections}. */
        UDP
    }

    /** What becomes of a TLS connection. */
    public enum TlsMode {
        /** TLS is ended here, requests inside are for {@link PortRoutes#listeners}: HTTP/2 or HTTP/1.1 as ALPN says. */
        HTTPS,
        /** TLS is ended here, bytes inside are for {@link PortRoutes#serverNames}. */
        TERMINATE,
        /** It is passed through unread, for {@link PortRoutes#serverNames}. */
        PASSTHROUGH
    }

    /**
     * One listener of a Gateway. An exact host name wins over every wildcard, a longer wildcard over a shorter one; {@code *} fits last, and
     * alone fits a client that names no server.
     *
     * @param shown as people know it, such as {@code Gateway edge/public listener https}
     * @param hostname {@code *} for a listener without host name
     * @param certificates those that can be used; the first that covers the server name is shown, else the first one. A listener that ends
     *     TLS without any keeps its host names and refuses their handshakes
     */
    public record TlsListener(String shown, HostPattern hostname, TlsMode mode, List<Certificate> certificates) {
        public TlsListener {
            certificates = List.copyOf(certificates);
        }
    }

    /**
     * A certificate with its key, as a Secret has them.
     *
     * @param shown where it stands, for messages, such as {@code Secret edge/shop}
     * @param certificatePem the leaf, then each issuer
     * @param keyPem the leaf's private key, not encrypted
     */
    public record Certificate(String shown, String certificatePem, String keyPem) {
        @Override
        public String toString() {
            return shown + ", key ***";
        }
    }

    /**
     * How client certificates are judged (Gateway API v1, FrontendTLSValidation).
     *
     * @param shown where the authorities stand, for messages, such as {@code ConfigMap edge/clients}
     * @param authoritiesPem certificates of the authorities, of all references one after another
     * @param allowInsecureFallback whether clients without a certificate, and with one that is not right, are served all the same; what
     *     they show proves nothing then
     */
    public record ClientValidation(String shown, String authoritiesPem, boolean allowInsecureFallback) {}

    /**
     * Says what is wrong with key and trust material, which this package cannot read. A node gives the compiler one.
     *
     * <p>Threads: any; the answer for equal arguments may change with the time only.
     */
    public interface MaterialCheck {
        /** Takes everything. */
        MaterialCheck NONE = new MaterialCheck() {
            @Override
            public @Nullable String problem(Certificate certificate) {
                return null;
            }

            @Override
            public @Nullable String clientProblem(Certificate certificate) {
                return null;
            }

            @Override
            public @Nullable String authorityProblem(String shown, String authoritiesPem) {
                return null;
            }
        };

        /** Why a certificate cannot be shown to clients (not PEM, of another key, expired and so on), for people; null when it can. */
        @Nullable
        String problem(Certificate certificate);

        /** Why a certificate cannot be shown to endpoints, for people; null when it can. */
        @Nullable
        String clientProblem(Certificate certificate);

        /** Why authorities cannot be used, for people; null when they can. */
        @Nullable
        String authorityProblem(String shown, String authoritiesPem);
    }

    /** @throws IllegalArgumentException naming what does not fit together */
    public GatewayPort {
        tls = List.copyOf(tls);
        gateways = Set.copyOf(gateways);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port '" + name + "': " + port + ": expected 0 to 65535");
        }
        if ((kind == Kind.TLS) == tls.isEmpty()) {
            throw new IllegalArgumentException(
                    "port '" + name + "': " + tls.size() + " TLS listeners: expected some for TLS, none for " + kind);
        }
        Set<HostPattern> seen = new HashSet<>();
        for (TlsListener listener : tls) {
            if (!seen.add(listener.hostname())) {
                throw new IllegalArgumentException("port '" + name + "': " + listener.shown() + ": host name '"
                        + listener.hostname() + "' a second time: expected another for each listener");
            }
        }
    }

    /** A port without TLS. */
    public GatewayPort(String address, int port, Kind kind) {
        this(nameOf(address, port, kind), address, port, kind, List.of(), null, Set.of());
    }

    /**
     * What routes, logs and meters call such a port: {@code gateway:443}, {@code gateway:udp:53}, {@code gateway:10.0.0.7:443}. No
     * configured listener can have such a name, which is one label.
     */
    public static String nameOf(String address, int port, Kind kind) {
        String place = address.equals("0.0.0.0") || address.equals("::") ? "" : address + ":";
        return "gateway:" + (kind == Kind.UDP ? "udp:" : "") + place + port;
    }
}
