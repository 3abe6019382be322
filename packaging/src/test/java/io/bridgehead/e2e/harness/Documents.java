package io.bridgehead.e2e.harness;

import java.util.List;
import java.util.Map;

/** Writes documents of services that look after their endpoints twice a second. */
public final class Documents {
    private Documents() {}

    /** An HTTP service with this host; {@code more} are further lines of its {@code spec}. */
    public static String http(String name, String host, Map<String, List<String>> endpoints, String... more) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  hostnames: [ %s ]
                  sites:
                %s  health: { http: { path: /ready }, interval: 500ms, timeout: 400ms }
                %s""".formatted(name, host, sites(endpoints), lines(more));
    }

    /** A gRPC service with this host, whose endpoints have the standard health check. */
    public static String grpc(String name, String host, Map<String, List<String>> endpoints, String... more) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  protocol: grpc
                  hostnames: [ %s ]
                  sites:
                %s  health: { grpc: {}, interval: 2s, timeout: 2s }
                %s""".formatted(name, host, sites(endpoints), lines(more));
    }

    /** A TCP service at this listener. */
    public static String tcp(String name, String listener, Map<String, List<String>> endpoints, String... more) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  protocol: tcp
                  ports: [ { listener: %s } ]
                  sites:
                %s  health: { tcp: {}, interval: 500ms, timeout: 400ms }
                %s""".formatted(name, listener, sites(endpoints), lines(more));
    }

    /** A service of TLS that passes through; {@code entrance} is its hostnames or ports. */
    public static String tls(String name, String entrance, Map<String, List<String>> endpoints, String... more) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  protocol: tls
                  %s
                  sites:
                %s  health: { tcp: {}, interval: 500ms, timeout: 400ms }
                %s""".formatted(name, entrance, sites(endpoints), lines(more));
    }

    private static String sites(Map<String, List<String>> endpoints) {
        StringBuilder text = new StringBuilder();
        endpoints.forEach((site, addresses) -> text.append("    ")
                .append(site)
                .append(": { endpoints: [ \"")
                .append(String.join("\", \"", addresses))
                .append("\" ] }\n"));
        return text.toString();
    }

    private static String lines(String... more) {
        StringBuilder text = new StringBuilder();
        for (String line : more) {
            text.append("  ").append(line).append('\n');
        }
        return text.toString();
    }
}
