package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Kubernetes manifests as tests need them, of the namespace {@code default}. */
public final class Manifests {
    private Manifests() {}

    /** A Secret of the namespace default with a certificate and its key. */
    public static String secret(String name, Path certificate, Path key) {
        return """
                ---
                apiVersion: v1
                kind: Secret
                metadata: { name: %s }
                type: kubernetes.io/tls
                data: { tls.crt: %s, tls.key: %s }
                """.formatted(name, base64(certificate), base64(key));
    }

    /** A ConfigMap of the namespace default with certificates of authorities. */
    public static String authorities(String name, Path file) {
        try {
            return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: " + name + " }\ndata:\n  ca.crt: |\n"
                    + Files.readString(file).indent(4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Service of the namespace default with one endpoint. */
    public static String service(String name, String address) {
        return service(name, address, "TCP");
    }

    /** The same for a protocol. */
    public static String service(String name, String address, String protocol) {
        int colon = address.lastIndexOf(':');
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: { name: %1$s }
                spec: { ports: [ { port: 80, protocol: %4$s } ] }
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: { name: %1$s-1, labels: { kubernetes.io/service-name: %1$s } }
                addressType: IPv4
                endpoints: [ { addresses: [ %2$s ] } ]
                ports: [ { port: %3$s, protocol: %4$s } ]
                """.formatted(name, address.substring(0, colon), address.substring(colon + 1), protocol);
    }

    /** A Gateway of the namespace default at loopback with these listeners, each in flow form; {@code more} are further lines of its {@code spec}. */
    public static String gateway(String name, String more, String... listeners) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: %s }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                %s  listeners:
                  - %s
                """.formatted(name, more.indent(2), String.join("\n  - ", listeners));
    }

    /** The Gateway {@code edge/public} at loopback with one listener, {@code http}, for routes of its namespace. */
    public static String edgePublic(int port) {
        return gateway("public, namespace: edge", "", "{ name: http, port: " + port + ", protocol: HTTP }");
    }

    /** A route of the namespace default; {@code parents}, {@code hostnames} and {@code rules} are lists in flow form, {@code hostnames} may be empty. */
    public static String route(String kind, String name, String parents, String hostnames, String rules) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: %s
                metadata: { name: %s }
                spec:
                  parentRefs: %s
                %s  rules: %s
                """.formatted(kind, name, parents, hostnames.isEmpty() ? "" : "  hostnames: " + hostnames + "\n", rules);
    }

    private static String base64(Path file) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
