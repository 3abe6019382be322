package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.EndpointSlice;
import io.bridgehead.config.manifest.EndpointSlice.Endpoint;
import io.bridgehead.config.manifest.ManifestMetadata;
import io.bridgehead.config.manifest.ServiceManifest;
import io.bridgehead.config.manifest.ServiceManifest.Port;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.SiteName;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of the core {@code Service} and of {@code EndpointSlice}. */
final class ServiceKeys {
    private static final int PORTS_MAX = 20_000;
    private static final int ENDPOINTS_MAX = 1000;
    private static final int ADDRESSES_MAX = 100;
    private static final Pattern HOST = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    /** What a service says to a cluster and not to a gateway. */
    private static final String[] OF_THE_CLUSTER = {
        "selector",
        "clusterIPs",
        "externalIPs",
        "sessionAffinity",
        "sessionAffinityConfig",
        "loadBalancerIP",
        "loadBalancerSourceRanges",
        "loadBalancerClass",
        "externalTrafficPolicy",
        "internalTrafficPolicy",
        "healthCheckNodePort",
        "publishNotReadyAddresses",
        "ipFamilies",
        "ipFamilyPolicy",
        "allocateLoadBalancerNodePorts",
        "trafficDistribution"
    };

    private static final Key<String> NAME = Key.defaulted(
            "name",
            Words.matching(
                    "a name of at most 63 characters of a-z, 0-9 and '-'", "([a-z0-9]([-a-z0-9]*[a-z0-9])?)?", 63),
            "\"\"",
            "What the port is called.");
    private static final Key<String> PROTOCOL =
            Key.defaulted("protocol", Words.oneOf("TCP", "UDP", "SCTP"), "TCP", "What it carries.");
    private static final Key<String> APP_PROTOCOL = Key.optional(
            "appProtocol", Words.matching("a protocol, such as kubernetes.io/h2c", "[!-~]*", 316), "What is spoken.");
    private static final Key<Integer> PORT = Key.required("port", Words.port(), "The port of the service.");
    private static final Key<String> TARGET_PORT =
            Key.optional("targetPort", Words.portOrName(), "The port of its endpoints; the same unless given.");
    private static final Key<List<Port>> PORTS = Key.defaulted(
            "ports",
            new ListType<>(
                    Section.of("ports", ServiceKeys::port, NAME, PROTOCOL, PORT, TARGET_PORT, APP_PROTOCOL)
                            .tolerant("nodePort"),
                    0,
                    PORTS_MAX),
            "[]",
            "Its ports.");
    private static final Key<String> TYPE = Key.defaulted(
            "type",
            Words.oneOf("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
            "ClusterIP",
            "How a cluster shows it.");
    private static final Key<String> CLUSTER_IP =
            Key.optional("clusterIP", Words.text("an IP address or None", 0, 45), "Its address in a cluster.");
    private static final Key<String> EXTERNAL_NAME =
            Key.optional("externalName", Words.text("a host name", 0, 253), "Its name elsewhere.");
    private static final Key<Spec> SPEC = Key.required(
            "spec",
            Section.of("spec", ServiceKeys::spec, TYPE, CLUSTER_IP, EXTERNAL_NAME, PORTS)
                    .tolerant(OF_THE_CLUSTER),
            "What it says.");

    static final Form SERVICE = Form.of(
            ServiceManifest.KIND,
            SPEC,
            (metadata, spec, source) -> new ServiceManifest(
                    metadata, spec.type(), spec.clusterIP(), spec.externalName(), spec.ports(), source));

    private static final Key<String> ADDRESS_TYPE =
            Key.required("addressType", Words.oneOf("IPv4", "IPv6", "FQDN"), "What addresses are.");
    private static final Key<List<String>> ADDRESSES = Key.required(
            "addresses", new ListType<>(Words.text("an address", 1, 253), 1, ADDRESSES_MAX), "Where the endpoint is.");
    private static final Key<Boolean> READY = Key.optional("ready", Scalars.truth(), "Whether it takes requests.");
    private static final Key<Boolean> SERVING = Key.optional("serving", Scalars.truth(), "Whether it could.");
    private static final Key<Boolean> TERMINATING =
            Key.defaulted("terminating", Scalars.truth(), "false", "Whether it is stopping.");
    private static final Key<Conditions> CONDITIONS = Key.defaulted(
            "conditions",
            Section.of("conditions", ServiceKeys::conditions, READY, SERVING, TERMINATING)
                    .tolerant(),
            "{}",
            "How it is.");
    private static final Key<String> ZONE = Key.optional("zone", Words.anyText(), "The zone that it is in.");
    private static final Key<List<Endpoint>> ENDPOINTS = Key.defaulted(
            "endpoints",
            new ListType<>(
                    Section.of("endpoints", ServiceKeys::endpoint, ADDRESSES, CONDITIONS, ZONE)
                            .tolerant("hostname", "nodeName", "targetRef", "hints", "deprecatedTopology"),
                    0,
                    ENDPOINTS_MAX),
            "[]",
            "The endpoints.");
    private static final Key<Integer> SLICE_PORT = Key.optional("port", Words.port(), "The port; all unless given.");
    private static final Key<List<EndpointSlice.Port>> SLICE_PORTS = Key.defaulted(
            "ports",
            new ListType<>(
                    Section.of(
                                    "ports",
                                    fields -> new EndpointSlice.Port(
                                            fields.get(NAME),
                                            fields.get(PROTOCOL),
                                            fields.find(SLICE_PORT),
                                            orNull(fields.find(APP_PROTOCOL))),
                                    NAME,
                                    PROTOCOL,
                                    SLICE_PORT,
                                    APP_PROTOCOL)
                            .tolerant(),
                    0,
                    PORTS_MAX),
            "[]",
            "The ports of every endpoint.");

    private static void judgeSite(ManifestMetadata metadata, Fields fields) {
        String site = metadata.labels().get(EndpointSlice.SITE_LABEL);
        if (site != null && !SiteName.isValid(site)) {
            fields.refuse(
                    "metadata.labels." + EndpointSlice.SITE_LABEL,
                    "'" + site + "'",
                    "the name of a site, such as azure-weu",
                    null);
        }
    }

    static final Form SLICE = Form.of(
            EndpointSlice.KIND,
            true,
            (metadata, fields) -> {
                int before = fields.problems();
                judgeSlice(fields);
                judgeSite(metadata, fields);
                String type = fields.get(ADDRESS_TYPE);
                List<Endpoint> endpoints = fields.get(ENDPOINTS);
                List<EndpointSlice.Port> ports = fields.get(SLICE_PORTS);
                return fields.problems() > before
                        ? null
                        : source -> new EndpointSlice(metadata, type, endpoints, ports, source);
            },
            ADDRESS_TYPE,
            ENDPOINTS,
            SLICE_PORTS);

    private ServiceKeys() {}

    private record Spec(
            String type,
            @Nullable String clusterIP,
            @Nullable String externalName,
            List<Port> ports) {}

    private record Conditions(boolean ready, boolean serving, boolean terminating) {}

    private static Port port(Fields fields) {
        String target = fields.find(TARGET_PORT);
        return new Port(
                fields.get(NAME),
                fields.get(PROTOCOL),
                fields.get(PORT),
                target == null ? String.valueOf(fields.get(PORT)) : target,
                orNull(fields.find(APP_PROTOCOL)));
    }

    private static @Nullable Spec spec(Fields fields) {
        int before = fields.problems();
        List<Port> ports = fields.get(PORTS);
        if (ports.size() > 1) {
            for (int i = 0; i < ports.size(); i++) {
                if (ports.get(i).name().isEmpty()) {
                    fields.refuse("ports[" + i + "].name", null, "a name, because there are several ports", null);
                }
            }
            Judge.refuseTwice(fields, "ports", ".name", ports, port -> orNull(port.name()));
        }
        Judge.refuseTwice(fields, "ports", ".port", ports, port -> port.port() + "/" + port.protocol());
        return fields.problems() > before
                ? null
                : new Spec(
                        fields.get(TYPE), orNull(fields.find(CLUSTER_IP)), orNull(fields.find(EXTERNAL_NAME)), ports);
    }

    private static Conditions conditions(Fields fields) {
        boolean ready = !Boolean.FALSE.equals(fields.find(READY));
        Boolean serving = fields.find(SERVING);
        return new Conditions(ready, serving == null ? ready : serving, fields.get(TERMINATING));
    }

    private static Endpoint endpoint(Fields fields) {
        Conditions conditions = fields.get(CONDITIONS);
        return new Endpoint(
                fields.get(ADDRESSES),
                conditions.ready(),
                conditions.serving(),
                conditions.terminating(),
                fields.find(ZONE));
    }

    private static void judgeSlice(Fields fields) {
        String type = fields.get(ADDRESS_TYPE);
        List<Endpoint> endpoints = fields.get(ENDPOINTS);
        for (int i = 0; i < endpoints.size(); i++) {
            List<String> addresses = endpoints.get(i).addresses();
            for (int j = 0; j < addresses.size(); j++) {
                if (!isOf(type, addresses.get(j))) {
                    fields.refuse(
                            "endpoints[" + i + "].addresses[" + j + "]",
                            "'" + addresses.get(j) + "'",
                            "an address of type " + type,
                            null);
                }
            }
        }
        Judge.refuseTwice(fields, "ports", ".name", fields.get(SLICE_PORTS), EndpointSlice.Port::name);
    }

    private static boolean isOf(String type, String address) {
        boolean v6 = address.indexOf(':') >= 0;
        return switch (type) {
            case "IPv4" -> !v6 && IpAddress.parse(address) != null;
            case "IPv6" -> v6 && IpAddress.parse(address) != null;
            default -> HOST.matcher(address).matches();
        };
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
