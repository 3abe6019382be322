package io.bridgehead.config.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Gateway}: listeners at addresses.
 *
 * @param addresses where the listeners are; empty: chosen by the gateway
 * @param allowedListeners whose {@code ListenerSet}s may attach; none unless given
 * @param parametersRef {@code infrastructure.parametersRef}: what configures it in an implementation's own way; null when not given
 */
public record Gateway(
        ManifestMetadata metadata,
        String gatewayClassName,
        List<Listener> listeners,
        List<Address> addresses,
        NamespaceChoice allowedListeners,
        Tls tls,
        @Nullable ObjectReference parametersRef,
        ManifestSource source)
        implements Manifest {
    /** The kind as it is written. */
    public static final String KIND = "Gateway";

    public Gateway {
        listeners = List.copyOf(listeners);
        addresses = List.copyOf(addresses);
    }

    /**
     * An address of a gateway.
     *
     * @param type {@code IPAddress} (unless given), {@code Hostname}, or another word, which is kept as text
     * @param value null: to be assigned
     */
    public record Address(String type, @Nullable String value) {}

    /**
     * TLS of all listeners and to all backends.
     *
     * @param clientCertificateRef {@code tls.backend.clientCertificateRef}: shown to backends that ask for one; null: none
     * @param frontend how clients of HTTPS listeners are checked
     */
    public record Tls(@Nullable ObjectReference clientCertificateRef, Frontend frontend) {
        /** Nothing is given. */
        public static final Tls NONE = new Tls(null, new Frontend(null, Map.of()));
    }

    /**
     * How the clients of HTTPS listeners are checked.
     *
     * @param defaultValidation for ports without their own; null: no certificate is asked for
     * @param perPort by port; an entry takes the place of the default, also when it asks for none
     */
    public record Frontend(@Nullable ClientValidation defaultValidation, Map<Integer, PortTls> perPort) {
        public Frontend {
            perPort = Map.copyOf(perPort);
        }

        /** What holds for a port; null: no certificate is asked for. */
        public @Nullable ClientValidation of(int port) {
            PortTls own = perPort.get(port);
            return own == null ? defaultValidation : own.validation();
        }
    }

    /**
     * What holds for the HTTPS listeners of one port.
     *
     * @param index its place in {@code spec.tls.frontend.perPort}
     * @param validation null: no certificate is asked for
     */
    public record PortTls(int index, @Nullable ClientValidation validation) {}

    /**
     * How a client's certificate is checked.
     *
     * @param caCertificateRefs whose certificates are trusted; 1 to 8
     */
    public record ClientValidation(List<ObjectReference> caCertificateRefs, ClientValidationMode mode) {
        public ClientValidation {
            caCertificateRefs = List.copyOf(caCertificateRefs);
        }
    }

    /** Who may come in. */
    public enum ClientValidationMode {
        /** Who shows a valid certificate; unless given. */
        ALLOW_VALID_ONLY,
        /** Everyone; the backend decides. */
        ALLOW_INSECURE_FALLBACK
    }
}
