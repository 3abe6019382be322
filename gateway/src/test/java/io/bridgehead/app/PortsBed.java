package io.bridgehead.app;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.config.NodeConfig.DatagramLimits;
import io.bridgehead.listen.Backend;
import io.bridgehead.listen.ClientRules;
import io.bridgehead.listen.ConnectionAge;
import io.bridgehead.listen.EdgeKeys;
import io.bridgehead.listen.Gateway;
import io.bridgehead.listen.ListenerObserver;
import io.bridgehead.listen.Scribe;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.GatewayPlan;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A node on which Gateways describe ports, an endpoint that answers, and one that writes down. */
final class PortsBed {
    static final String PORT = "gateway:443";
    static final SpiffeId ANYBODY = SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE);

    final BlockingQueue<HandshakeFault> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<String> withdrawn = new LinkedBlockingQueue<>();
    final EdgeKeys keys;
    final Backend backend = new Backend();
    final Scribe scribe = new Scribe();
    final Gateway gateway;

    PortsBed(Path folder) throws Exception {
        keys = new EdgeKeys(folder);
        Authorizer all = Authorizer.everySite(Gateway.DOMAIN);
        gateway = new Gateway(
                ConnectionAge.ANY,
                new Told(),
                ServiceRoute.http("shop", List.of("shop.example", "*.wild.example"), at(backend.endpoint()), all),
                ServiceRoute.tls("passed", List.of("passed.example"), List.of(), at(scribe.endpoint()), all),
                ServiceRoute.tcp("ended", List.of(PORT), at(scribe.endpoint()), all));
    }

    /** Ports of Gateways on this node, which take tokens as is said. */
    GatewayPorts taking(GatewayPorts.Tokens tokens) {
        return new GatewayPorts(
                () -> new GatewayPorts.Terms(
                        ANYBODY, 100, ClientRules.NONE, new DatagramLimits(10, Duration.ofSeconds(60))),
                gateway.listeners,
                new GatewayTls(keys.surroundings(Library.BEST), () -> 5_000),
                new ManifestMaterial(),
                tokens);
    }

    private final class Told implements ListenerObserver {
        @Override
        public void handshakeFailed(String listener, HandshakeFault fault, String detail) {
            faults.add(fault);
        }

        @Override
        public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
            withdrawn.add(detail);
        }
    }

    static SequencedMap<SiteName, List<Endpoint>> at(Endpoint endpoint) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(endpoint));
        return sites;
    }

    static List<PortProblem> describe(GatewayPorts ports, GatewayPort... described) {
        return Gateway.await(ports.use(new GatewayPlan(List.of(described), Map.of(), Map.of())));
    }

    /** Asks for / of a host. @return the first line of the answer */
    static String get(Socket socket, String host) throws IOException {
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** Ends the node, then its ports, and what is behind them. */
    void close(GatewayPorts ports) throws Exception {
        gateway.close();
        ports.close();
        keys.close();
        backend.close();
        scribe.close();
    }
}
