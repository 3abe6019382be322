package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.Gateway.Address;
import io.bridgehead.config.manifest.Gateway.ClientValidation;
import io.bridgehead.config.manifest.Gateway.ClientValidationMode;
import io.bridgehead.config.manifest.Gateway.Frontend;
import io.bridgehead.config.manifest.Gateway.PortTls;
import io.bridgehead.config.manifest.Gateway.Tls;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.NamespaceChoice;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of {@code Gateway}, {@code GatewayClass} and {@code ListenerSet}. */
final class GatewayKeys {
    private static final String IP_ADDRESS = "IPAddress";
    private static final String HOSTNAME = "Hostname";
    private static final String DOMAIN = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?" + DOMAIN);

    private static final Key<String> CLASS_NAME =
            Key.required("gatewayClassName", Words.objectName(), "The class of the gateway.");
    private static final Key<String> ADDRESS_TYPE = Key.defaulted(
            "type",
            Words.matching(
                    "IPAddress, Hostname, NamedAddress, or example.com/Type",
                    "Hostname|IPAddress|NamedAddress|" + DOMAIN + "/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+",
                    253),
            IP_ADDRESS,
            "What the value is.");
    private static final Key<String> ADDRESS_VALUE =
            Key.optional("value", Words.text("an address", 0, 253), "The address; to be assigned unless given.");
    private static final Key<List<Address>> ADDRESSES = Key.defaulted(
            "addresses",
            new ListType<>(
                    Section.of("addresses", GatewayKeys::address, ADDRESS_TYPE, ADDRESS_VALUE)
                            .tolerant(),
                    0,
                    16),
            "[]",
            "Where the listeners are.");

    private static final Key<NamespaceChoice> LISTENER_NAMESPACES =
            NamespaceKeys.of("None", "All", "Selector", "Same", "None");
    private static final Key<NamespaceChoice> ALLOWED_LISTENERS = Key.defaulted(
            "allowedListeners",
            Section.of("allowedListeners", fields -> fields.get(LISTENER_NAMESPACES), LISTENER_NAMESPACES)
                    .tolerant(),
            "{}",
            "Whose sets of listeners may attach.");

    private static final Key<ObjectReference> CLIENT_CERTIFICATE =
            Key.optional("clientCertificateRef", References.SECRET, "What is shown to backends.");
    private static final Key<Backend> BACKEND = Key.defaulted(
            "backend",
            Section.of("backend", fields -> new Backend(fields.find(CLIENT_CERTIFICATE)), CLIENT_CERTIFICATE)
                    .tolerant(),
            "{}",
            "TLS to backends.");
    private static final Key<List<ObjectReference>> AUTHORITIES = Key.required(
            "caCertificateRefs", new ListType<>(References.OBJECT, 1, 8), "Whose certificates are trusted.");
    private static final Key<ClientValidationMode> VALIDATION_MODE =
            Key.defaulted("mode", Words.choice(ClientValidationMode.class), "AllowValidOnly", "Who may come in.");
    private static final Key<ClientValidation> VALIDATION = Key.optional(
            "validation",
            Section.of(
                            "validation",
                            fields -> new ClientValidation(fields.get(AUTHORITIES), fields.get(VALIDATION_MODE)),
                            AUTHORITIES,
                            VALIDATION_MODE)
                    .tolerant(),
            "How clients are checked.");
    private static final Section<PerPort> CHECKS = Section.of(
                    "tls", fields -> new PerPort(0, fields.find(VALIDATION)), VALIDATION)
            .tolerant();
    private static final Key<PerPort> DEFAULT_CHECKS =
            Key.required("default", CHECKS, "What holds for ports without their own.");
    private static final Key<Integer> PORT = Key.required("port", Words.port(), "The port.");
    private static final Key<PerPort> PORT_CHECKS = Key.required("tls", CHECKS, "What holds for the port.");
    private static final Key<List<PerPort>> PER_PORT = Key.defaulted(
            "perPort",
            new ListType<>(
                    Section.of(
                                    "perPort",
                                    fields -> new PerPort(
                                            fields.get(PORT),
                                            fields.get(PORT_CHECKS).validation()),
                                    PORT,
                                    PORT_CHECKS)
                            .tolerant(),
                    0,
                    64),
            "[]",
            "What holds for single ports.");
    private static final Key<Frontend> FRONTEND = Key.optional(
            "frontend",
            Section.of("frontend", GatewayKeys::frontend, DEFAULT_CHECKS, PER_PORT)
                    .tolerant(),
            "How clients are checked.");
    private static final Key<Tls> TLS = Key.defaulted(
            "tls",
            Section.of("tls", GatewayKeys::tls, BACKEND, FRONTEND).tolerant(),
            "{}",
            "TLS of all listeners and backends.");

    private static final Key<ObjectReference> PARAMETERS =
            Key.optional("parametersRef", References.OBJECT, "What configures it.");
    private static final Key<Infrastructure> INFRASTRUCTURE = Key.defaulted(
            "infrastructure",
            Section.of("infrastructure", fields -> new Infrastructure(fields.find(PARAMETERS)), PARAMETERS)
                    .tolerant("labels", "annotations"),
            "{}",
            "What an implementation makes for it.");

    private static final Key<GatewaySpec> SPEC = Key.required(
            "spec",
            Section.of(
                            "spec",
                            GatewayKeys::spec,
                            CLASS_NAME,
                            ListenerKeys.LISTENERS,
                            ADDRESSES,
                            ALLOWED_LISTENERS,
                            TLS,
                            INFRASTRUCTURE)
                    .notServing("defaultScope", "backendTLS")
                    .tolerant(),
            "What it says.");

    static final Form FORM = Form.of(
            Gateway.KIND,
            SPEC,
            (metadata, spec, source) -> new Gateway(
                    metadata,
                    spec.className(),
                    spec.listeners(),
                    spec.addresses(),
                    spec.allowedListeners(),
                    spec.tls(),
                    spec.parameters(),
                    source));

    private static final Key<ParentReference> PARENT =
            Key.required("parentRef", References.PARENT_GATEWAY, "The gateway.");
    static final Form SET = set(ListenerSet.KIND, ListenerKeys.LISTENERS);
    static final Form EXPERIMENTAL_SET = set(ListenerSet.EXPERIMENTAL_KIND, ListenerKeys.EXPERIMENTAL_LISTENERS);

    private static final Key<String> CONTROLLER = Key.required(
            "controllerName",
            Words.matching(
                    "a path with a domain before it, such as example.com/gateway",
                    DOMAIN + "/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+",
                    253),
            "Who serves the gateways of the class.");
    private static final Key<String> DESCRIPTION =
            Key.optional("description", Words.text("a description", 0, 64), "What it is for.");
    private static final Key<ClassSpec> CLASS_SPEC = Key.required(
            "spec",
            Section.of(
                            "spec",
                            fields -> new ClassSpec(fields.get(CONTROLLER), fields.find(PARAMETERS)),
                            CONTROLLER,
                            PARAMETERS,
                            DESCRIPTION)
                    .tolerant(),
            "What it says.");
    static final Form CLASS = Form.of(
            GatewayClass.KIND,
            false,
            (metadata, fields) -> {
                ClassSpec spec = fields.get(CLASS_SPEC);
                return source -> new GatewayClass(metadata, spec.controllerName(), spec.parameters(), source);
            },
            CLASS_SPEC);

    private GatewayKeys() {}

    private record Backend(@Nullable ObjectReference clientCertificate) {}

    private record Infrastructure(@Nullable ObjectReference parameters) {}

    private record PerPort(int port, @Nullable ClientValidation validation) {}

    private record ClassSpec(
            String controllerName, @Nullable ObjectReference parameters) {}

    private record SetSpec(ParentReference parent, List<Listener> listeners) {}

    private record GatewaySpec(
            String className,
            List<Listener> listeners,
            List<Address> addresses,
            NamespaceChoice allowedListeners,
            Tls tls,
            @Nullable ObjectReference parameters) {}

    private static Form set(String kind, Key<List<Listener>> listeners) {
        Section<SetSpec> section = Section.of(
                        "spec",
                        fields -> {
                            int before = fields.problems();
                            ListenerKeys.judge(fields, fields.get(listeners));
                            return fields.problems() > before
                                    ? null
                                    : new SetSpec(fields.get(PARENT), fields.get(listeners));
                        },
                        PARENT,
                        listeners)
                .tolerant();
        return Form.of(
                kind,
                Key.required("spec", section, "What it says."),
                (metadata, spec, source) -> new ListenerSet(metadata, spec.parent(), spec.listeners(), source));
    }

    private static @Nullable GatewaySpec spec(Fields fields) {
        int before = fields.problems();
        ListenerKeys.judge(fields, fields.get(ListenerKeys.LISTENERS));
        List<Address> addresses = fields.get(ADDRESSES);
        Judge.refuseTwice(fields, "addresses", ".value", addresses, GatewayKeys::distinction);
        return fields.problems() > before
                ? null
                : new GatewaySpec(
                        fields.get(CLASS_NAME),
                        fields.get(ListenerKeys.LISTENERS),
                        addresses,
                        fields.get(ALLOWED_LISTENERS),
                        fields.get(TLS),
                        fields.get(INFRASTRUCTURE).parameters());
    }

    private static @Nullable String distinction(Address address) {
        boolean counts = address.type().equals(IP_ADDRESS) || address.type().equals(HOSTNAME);
        return counts && address.value() != null ? address.value() : null;
    }

    private static @Nullable Address address(Fields fields) {
        String type = fields.get(ADDRESS_TYPE);
        String value = fields.find(ADDRESS_VALUE);
        String given = value == null || value.isEmpty() ? null : value;
        if (given != null && type.equals(IP_ADDRESS) && IpAddress.parse(given) == null) {
            fields.refuse(ADDRESS_VALUE, fields.shown(ADDRESS_VALUE), "an IP address, such as 192.0.2.7", null);
            return null;
        }
        if (given != null && type.equals(HOSTNAME) && !HOST.matcher(given).matches()) {
            fields.refuse(ADDRESS_VALUE, fields.shown(ADDRESS_VALUE), "a host name in lower case", null);
            return null;
        }
        return new Address(type, given);
    }

    private static Tls tls(Fields fields) {
        Frontend frontend = fields.find(FRONTEND);
        return new Tls(
                fields.get(BACKEND).clientCertificate(), frontend == null ? new Frontend(null, Map.of()) : frontend);
    }

    private static @Nullable Frontend frontend(Fields fields) {
        List<PerPort> perPort = fields.get(PER_PORT);
        int before = fields.problems();
        Judge.refuseTwice(fields, "perPort", ".port", perPort, one -> String.valueOf(one.port()));
        Map<Integer, PortTls> byPort = new HashMap<>();
        for (int i = 0; i < perPort.size(); i++) {
            byPort.put(perPort.get(i).port(), new PortTls(i, perPort.get(i).validation()));
        }
        return fields.problems() > before
                ? null
                : new Frontend(fields.get(DEFAULT_CHECKS).validation(), byPort);
    }
}
