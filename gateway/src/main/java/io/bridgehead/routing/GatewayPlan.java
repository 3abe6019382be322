package io.bridgehead.routing;

import java.util.List;
import java.util.Map;

/**
 * What Gateways and their policies ask of a node beside the routes: ports to open, and the material that manifests hold.
 *
 * @param ports each of another name
 * @param authorities PEM by the names that {@link io.bridgehead.model.EndpointTls#authorities} has, such as {@code configmap:shop/ca}
 * @param clientCertificates by the names that {@link io.bridgehead.model.EndpointTls.Manifest#clientCertificate} has, such as {@code secret:edge/client}
 */
public record GatewayPlan(
        List<GatewayPort> ports,
        Map<String, String> authorities,
        Map<String, GatewayPort.Certificate> clientCertificates) {
    /** Nothing. */
    public static final GatewayPlan NONE = new GatewayPlan(List.of(), Map.of(), Map.of());

    public GatewayPlan {
        ports = List.copyOf(ports);
        authorities = Map.copyOf(authorities);
        clientCertificates = Map.copyOf(clientCertificates);
    }
}
