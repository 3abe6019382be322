package io.bridgehead.config;

import io.bridgehead.config.NodeConfig.HostGrant;
import io.bridgehead.config.manifest.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts the documents of which sources may claim on this node, as {@code trust.hosts} says. Sources that it does not name may claim any.
 *
 * @param hosts of each source that is bound: whole names, or {@code *.} and what names must end with
 */
public record HostTrust(Map<String, List<String>> hosts) {
    /** Nobody is bound. */
    public static final HostTrust NONE = new HostTrust(Map.of());

    private static final String WILDCARD = "*";

    public HostTrust {
        hosts = Map.copyOf(hosts);
    }

    /** As a configuration says; a source that several entries name may claim what any of them lets it. */
    public static HostTrust of(List<HostGrant> grants) {
        Map<String, List<String>> hosts = new LinkedHashMap<>();
        for (HostGrant grant : grants) {
            for (String source : grant.sources()) {
                hosts.computeIfAbsent(source, _ -> new ArrayList<>()).addAll(grant.hosts());
            }
        }
        return new HostTrust(hosts);
    }

    /** Whether a source is bound. */
    public boolean binds(String source) {
        return hosts.containsKey(source);
    }

    /**
     * What a document of a source claims and may not ("'*.example'"), or null.
     *
     * <p>What claims no host by name would take a whole port, or whatever host nobody else has: from a bound source it is refused.
     */
    public @Nullable String refusal(String source, Document document) {
        List<String> granted = hosts.get(source);
        if (granted == null) {
            return null;
        }
        return switch (document) {
            case ServiceDocument service -> ofService(granted, service.spec());
            case ManifestDocument(Route route, DocumentSource _) ->
                route.hostnames().isEmpty() ? "every host of a listener" : first(granted, route.hostnames());
            case TrafficPolicyDocument _, AuthorizationDocument _, ManifestDocument _ -> null;
        };
    }

    private static @Nullable String ofService(List<String> granted, ServiceSpec spec) {
        return spec.ports().isEmpty()
                ? first(granted, spec.hostnames())
                : "listener '" + spec.ports().getFirst().listener() + "'";
    }

    private static @Nullable String first(List<String> granted, List<String> claimed) {
        for (String host : claimed) {
            if (granted.stream().noneMatch(pattern -> covers(pattern, host))) {
                return "'" + host + "'";
            }
        }
        return null;
    }

    /** Whether every name that a claim means is one that a pattern means; both are in lower case. */
    private static boolean covers(String pattern, String host) {
        if (pattern.equals(WILDCARD) || pattern.equals(host)) {
            return true;
        }
        return pattern.startsWith("*.") && !host.equals(WILDCARD) && host.endsWith(pattern.substring(1));
    }
}
