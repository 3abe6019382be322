package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.ManifestId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every kind that is read, with the versions in which it is read. */
final class Forms {
    private static final String GATEWAY = ManifestId.GATEWAY_GROUP;
    private static final Map<String, Form> BY_KIND = new HashMap<>();
    /** Kinds of the Gateway API's groups that are known and not read. */
    private static final List<String> NOT_READ =
            List.of("XBackendTrafficPolicy", "XMesh", "XBackend", "XTelemetryPolicy", "Backend", "BackendLBPolicy");

    static {
        add(GATEWAY, GatewayKeys.CLASS, "v1", "v1beta1");
        add(GATEWAY, GatewayKeys.FORM, "v1", "v1beta1");
        add(GATEWAY, HttpRouteKeys.FORM, "v1", "v1beta1");
        add(GATEWAY, GrpcRouteKeys.FORM, "v1", "v1beta1", "v1alpha2");
        add(GATEWAY, StreamRouteKeys.TLS, "v1");
        add(GATEWAY, StreamRouteKeys.TLS_ALPHA3, "v1alpha3");
        add(GATEWAY, StreamRouteKeys.TLS_ALPHA2, "v1alpha2");
        add(GATEWAY, StreamRouteKeys.TCP, "v1");
        add(GATEWAY, StreamRouteKeys.TCP_ALPHA2, "v1alpha2");
        add(GATEWAY, StreamRouteKeys.UDP, "v1");
        add(GATEWAY, StreamRouteKeys.UDP_ALPHA2, "v1alpha2");
        add(GATEWAY, PolicyKeys.GRANT, "v1", "v1beta1", "v1alpha2");
        add(GATEWAY, PolicyKeys.BACKEND_TLS, "v1", "v1alpha3");
        add(GATEWAY, GatewayKeys.SET, "v1");
        add(ManifestId.EXPERIMENTAL_GROUP, GatewayKeys.EXPERIMENTAL_SET, "v1alpha1");
        add(ManifestId.CORE_GROUP, ServiceKeys.SERVICE, "v1");
        add(ManifestId.DISCOVERY_GROUP, ServiceKeys.SLICE, "v1");
        add(ManifestId.CORE_GROUP, DataKeys.SECRET, "v1");
        add(ManifestId.CORE_GROUP, DataKeys.CONFIG_MAP, "v1");
        add(ManifestId.CORE_GROUP, DataKeys.NAMESPACE, "v1");
    }

    private Forms() {}

    private static void add(String group, Form form, String... versions) {
        for (String version : versions) {
            BY_KIND.put(apiVersion(group, version) + " " + form.kind(), form);
        }
    }

    private static String apiVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The form of a kind in a version; null when it is not read. */
    static @Nullable Form find(String apiVersion, String kind) {
        return BY_KIND.get(apiVersion + " " + kind);
    }

    /** The versions, with their groups, in which a kind is read; in order. */
    static List<String> versions(String kind) {
        TreeSet<String> versions = new TreeSet<>();
        for (String key : BY_KIND.keySet()) {
            if (key.endsWith(" " + kind)) {
                versions.add(key.substring(0, key.length() - kind.length() - 1));
            }
        }
        return List.copyOf(versions);
    }

    /** The kinds that are read of a group, in order. */
    static List<String> kinds(String group) {
        TreeSet<String> kinds = new TreeSet<>();
        for (String key : BY_KIND.keySet()) {
            if (groupOf(key.substring(0, key.indexOf(' '))).equals(group)) {
                kinds.add(key.substring(key.indexOf(' ') + 1));
            }
        }
        return new ArrayList<>(kinds);
    }

    /** The group of an API version. */
    static String groupOf(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? ManifestId.CORE_GROUP : apiVersion.substring(0, slash);
    }

    /** Whether a kind of the Gateway API's groups is known and not read. */
    static boolean isKnownAndNotRead(String kind) {
        return NOT_READ.contains(kind);
    }
}
