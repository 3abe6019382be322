package io.bridgehead.app;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.listen.ServerNames;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.GatewayPort.Certificate;
import io.bridgehead.routing.GatewayPort.ClientValidation;
import io.bridgehead.routing.GatewayPort.TlsListener;
import io.bridgehead.routing.GatewayPort.TlsMode;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.edge.PemMaterial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the listeners that Gateways describe. What keeps its terms is kept, with other certificates if need be, so that its connections
 * go on.
 */
@OwnedBy(Owner.CONFINED)
final class GatewayTls implements AutoCloseable {
    private static final List<String> HTTP = List.of(EdgeTls.HTTP2, EdgeTls.HTTP11);

    private final EdgeTls.Surroundings surroundings;
    private final LongSupplier handshakeMillis;
    private Map<Key, EdgeTls> current = Map.of();

    /** @param handshakeMillis how long a handshake may take, as it is now */
    GatewayTls(EdgeTls.Surroundings surroundings, LongSupplier handshakeMillis) {
        this.surroundings = surroundings;
        this.handshakeMillis = handshakeMillis;
    }

    private record Key(String port, HostPattern hostname) {}

    /** What a description of ports leads to; in force, but what it replaced is not given up yet. */
    @OwnedBy(Owner.CONFINED)
    static final class Change {
        private final Map<String, Map<HostPattern, ServerNames.Named>> names = new HashMap<>();
        private final Map<Key, EdgeTls> wanted = new HashMap<>();
        private final List<PortProblem> problems = new ArrayList<>();
        private final List<EdgeTls> left = new ArrayList<>();
        private boolean replaced;

        /** The listeners of a port for TLS. */
        Map<HostPattern, ServerNames.Named> names(String port) {
            return names.getOrDefault(port, Map.of());
        }

        List<PortProblem> problems() {
            return problems;
        }

        /** Whether live connections may have lost what they were admitted for. */
        boolean trustChanged() {
            return replaced;
        }

        /** Gives up what no listener has any more; live connections go on. */
        void retire() {
            left.forEach(EdgeTls::close);
            left.clear();
        }
    }

    /** The TLS of all listeners of these ports. A listener whose material cannot be used refuses handshakes, and is told of. */
    Change change(List<GatewayPort> ports) {
        Change change = new Change();
        for (GatewayPort port : ports) {
            for (TlsListener listener : port.tls()) {
                Key key = new Key(port.name(), listener.hostname());
                EdgeTls tls = listener.mode() == TlsMode.PASSTHROUGH ? null : tls(key, port, listener, change);
                if (tls != null) {
                    change.wanted.put(key, tls);
                }
                change.names
                        .computeIfAbsent(port.name(), name -> new HashMap<>())
                        .put(listener.hostname(), new ServerNames.Named(listener.shown(), listener.mode(), tls));
            }
        }
        change.left.addAll(current.values());
        change.left.removeAll(change.wanted.values());
        current = Map.copyOf(change.wanted);
        return change;
    }

    private @Nullable EdgeTls tls(Key key, GatewayPort port, TlsListener listener, Change change) {
        if (listener.certificates().isEmpty()) {
            return null;
        }
        EdgeTlsSettings settings =
                EdgeTlsSettings.inMemory(port.name(), asked(port.clients()), handshakeMillis.getAsLong());
        List<String> protocols = listener.mode() == TlsMode.HTTPS ? HTTP : List.of();
        PemMaterial material = material(port, listener);
        EdgeTls old = current.get(key);
        try {
            if (old == null || !old.isOf(settings, protocols)) {
                return EdgeTls.of(settings, protocols, material, surroundings);
            }
            change.replaced |= old.replace(material);
            return old;
        } catch (MaterialException | IllegalArgumentException e) {
            change.problems.add(new PortProblem(
                    port.name(),
                    listener.shown(),
                    ListenerProblem.Reason.OTHER,
                    listener.shown() + ": " + e.getMessage()));
            return null;
        }
    }

    private static ClientCertificates asked(@Nullable ClientValidation clients) {
        if (clients == null) {
            return ClientCertificates.NONE;
        }
        return clients.allowInsecureFallback() ? ClientCertificates.UNCHECKED : ClientCertificates.REQUIRED;
    }

    private static PemMaterial material(GatewayPort port, TlsListener listener) {
        ClientValidation clients = port.clients();
        return new PemMaterial(
                listener.certificates().stream().map(GatewayTls::pair).toList(),
                clients == null ? null : new PemMaterial.Authorities(clients.shown(), clients.authoritiesPem()));
    }

    static PemMaterial.Pair pair(Certificate certificate) {
        return new PemMaterial.Pair(certificate.shown(), certificate.certificatePem(), certificate.keyPem());
    }

    @Override
    public void close() {
        current.values().forEach(EdgeTls::close);
        current = Map.of();
    }
}
