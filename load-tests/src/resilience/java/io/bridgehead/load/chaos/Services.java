package io.bridgehead.load.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Documents of services. */
final class Services {
    /** A site that no node is in. */
    static final String ELSEWHERE = "elsewhere";

    private Services() {}

    static String host(String name) {
        return name + ".chaos.example";
    }

    /** One that no node probes, and that nobody calls. */
    static String far(String name, String note) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s, labels: { note: "%s" } }
                spec:
                  hostnames: [ %s ]
                  sites:
                    %s: { endpoints: [ "127.0.0.1:9" ] }
                """.formatted(name, note, host(name), ELSEWHERE);
    }

    /** One with an endpoint in some sites, which are asked in this order. */
    static String ordered(String name, Duration holdDown, List<String> endpoints) {
        String order = String.join(
                ", ",
                endpoints.stream()
                        .map(endpoint -> endpoint.substring(0, endpoint.indexOf('=')))
                        .toList());
        return called(name, endpoints.toArray(String[]::new))
                + "  failover: { order: [ " + order + " ], holdDown: " + holdDown.toSeconds() + "s }\n";
    }

    /** One with an endpoint in some sites; each argument is {@code site=port}. */
    static String called(String name, String... sites) {
        StringBuilder text = new StringBuilder("""
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  hostnames: [ %s ]
                  health: { http: { path: / }, interval: 1s, timeout: 800ms }
                  sites:
                """.formatted(name, host(name)));
        for (String site : sites) {
            int equal = site.indexOf('=');
            text.append(String.format(
                    Locale.ROOT,
                    "    %s: { endpoints: [ \"127.0.0.1:%s\" ] }%n",
                    site.substring(0, equal),
                    site.substring(equal + 1)));
        }
        return text.toString();
    }
}
