package io.bridgehead.config.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A port that a gateway serves.
 *
 * @param name unique in its gateway or set
 * @param hostname also with a leading {@code *.}; null: every host
 * @param port 1 to 65535; 0 in an {@code XListenerSet}: to be assigned
 * @param protocol as it is written; {@code HTTP}, {@code HTTPS}, {@code TLS}, {@code TCP} and {@code UDP} are compared without case,
 *     others are for the status to refuse
 * @param tls null when not given, and always for HTTP, TCP and UDP
 */
public record Listener(
        String name,
        @Nullable String hostname,
        int port,
        String protocol,
        @Nullable ListenerTls tls,
        AllowedRoutes allowedRoutes) {
    /**
     * TLS of a listener.
     *
     * @param certificateRefs kind {@code Secret} of the core group unless given
     * @param options by name
     */
    public record ListenerTls(TlsMode mode, List<ObjectReference> certificateRefs, Map<String, String> options) {
        public ListenerTls {
            certificateRefs = List.copyOf(certificateRefs);
            options = Map.copyOf(options);
        }
    }

    /** Where TLS ends. */
    public enum TlsMode {
        /** At the gateway; unless given. */
        TERMINATE,
        /** At the endpoint. */
        PASSTHROUGH
    }

    /**
     * Which routes may attach.
     *
     * @param namespaces the same unless given
     * @param kinds empty: those that fit the protocol. One that is not known is for the status to say
     */
    public record AllowedRoutes(NamespaceChoice namespaces, List<RouteGroupKind> kinds) {
        public AllowedRoutes {
            kinds = List.copyOf(kinds);
        }
    }

    /**
     * A kind of routes.
     *
     * @param group {@code gateway.networking.k8s.io} unless given
     */
    public record RouteGroupKind(String group, String kind) {}
}
