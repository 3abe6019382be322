package io.bridgehead.cli;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code gateway.yaml} of a node that was made a moment ago; its files lie beside it.
 *
 * @param lifetime of the identities that it gives, as it is written; null when it gives none
 * @param from null when nobody else renews its identity
 * @param peers tunnel ports that it dials
 */
record GatewayFile(
        TrustDomain trustDomain,
        SiteName site,
        NodeName node,
        NodePorts ports,
        @Nullable String lifetime,
        @Nullable Renewer from,
        List<HostPort> peers) {
    /** The name of the file. */
    static final String NAME = "gateway.yaml";
    /** Key and certificates in one file. */
    static final String PAIR = "node.pem";
    /** The trust anchors. */
    static final String BUNDLE = "ca.crt";
    /** The folder of the authority. */
    static final String AUTHORITY = "authority";

    /** Who renews its identity. */
    record Renewer(List<HostPort> addresses, SpiffeId issuer) {}

    String text() {
        StringBuilder text = new StringBuilder();
        text.append("# One node of a fabric. docs/configuration.md says what each key means and what else there is.\n");
        text.append("node: ").append(node).append('\n');
        text.append("site: { name: ").append(site).append(" }\n");
        identity(text);
        listener(text);
        tunnel(text);
        text.append(
                "# One node in this site so far. With another: an address that it reaches, and each other's as members.\n");
        text.append("cluster: { scope: site, address: 127.0.0.1, port: ")
                .append(ports.cluster())
                .append(" }\n");
        text.append("state: { directory: state }\n");
        text.append("admin: { socket: admin.sock, metrics: { port: ")
                .append(ports.metrics())
                .append(" }");
        probe(text);
        text.append(" }\n");
        if (from != null || ports.unsafeEndpoints()) {
            text.append("trust:\n");
        }
        if (from != null) {
            text.append("  vouchers: [ \"").append(from.issuer()).append("\" ]\n");
        }
        if (ports.unsafeEndpoints()) {
            text.append("  unsafeEndpoints: true   # endpoints may lie on loopback: for trials\n");
        }
        return text.toString();
    }

    private void identity(StringBuilder text) {
        text.append("identity:\n  trustDomain: ").append(trustDomain).append('\n');
        text.append("  files: { certificate: ")
                .append(PAIR)
                .append(", key: ")
                .append(PAIR)
                .append(", bundle: ")
                .append(BUNDLE)
                .append(" }\n");
        if (lifetime != null) {
            text.append("  authority: { folder: ")
                    .append(AUTHORITY)
                    .append(", lifetime: ")
                    .append(lifetime)
                    .append(" }   # this node gives the fabric's nodes their identities\n");
        }
        if (from != null) {
            text.append("  renewal: { from: [ ")
                    .append(list(from.addresses()))
                    .append(" ], issuers: [ \"")
                    .append(from.issuer())
                    .append("\" ] }\n");
        }
    }

    private void listener(StringBuilder text) {
        text.append("listeners:\n  - { name: http, ");
        InetAddress address = ports.httpAddress();
        if (address != null) {
            text.append("address: \"").append(address.getHostAddress()).append("\", ");
        }
        text.append("port: ").append(ports.http());
        if (ports.unsafePublicPlaintext()) {
            text.append(", unsafePublicPlaintext: true");
        }
        text.append(" }\n");
    }

    private void probe(StringBuilder text) {
        if (ports.probe() == null) {
            return;
        }
        text.append(", probe: { port: ").append(ports.probe());
        if (ports.probeLeave() != null) {
            text.append(", leave: ").append(ports.probeLeave());
        }
        text.append(" }");
    }

    private void tunnel(StringBuilder text) {
        text.append("tunnel: { port: ").append(ports.tunnel());
        HostPort advertise = ports.advertise();
        if (advertise != null) {
            text.append(", advertise: \"").append(advertise).append('"');
        }
        text.append(", peers: [")
                .append(peers.isEmpty() ? "" : " " + list(peers) + " ")
                .append("] }\n");
    }

    private static String list(List<HostPort> addresses) {
        return addresses.stream().map(address -> "\"" + address + "\"").collect(Collectors.joining(", "));
    }
}
