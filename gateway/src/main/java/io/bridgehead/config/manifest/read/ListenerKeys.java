package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.Listener.AllowedRoutes;
import io.bridgehead.config.manifest.Listener.ListenerTls;
import io.bridgehead.config.manifest.Listener.RouteGroupKind;
import io.bridgehead.config.manifest.Listener.TlsMode;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.NamespaceChoice;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of listeners, of a {@code Gateway} or a {@code ListenerSet}. */
final class ListenerKeys {
    private static final int LISTENERS_MAX = 64;
    private static final int OPTIONS_MAX = 16;
    private static final int KINDS_MAX = 8;

    /** Options by name, of TLS. */
    static final Key<Map<String, String>> OPTIONS = Key.defaulted(
            "options",
            new MapType<>("option", Words.qualifiedName(), Words.text("a value", 0, 4096), 0, OPTIONS_MAX),
            "{}",
            "Options by name.");

    private static final Key<String> NAME = Key.required("name", Words.sectionName(), "What it is called.");
    private static final Key<String> HOSTNAME =
            Key.optional("hostname", Words.hostname(), "The host it takes; every host unless given.");
    private static final Key<Integer> PORT = Key.required("port", Words.port(), "The port.");
    private static final Key<Integer> EXPERIMENTAL_PORT =
            Key.defaulted("port", Scalars.integer(0, 65535), "0", "The port; 0 when it is to be assigned.");
    private static final Key<String> PROTOCOL = Key.required(
            "protocol",
            Words.matching(
                    "a protocol, such as HTTP, or example.com/protocol",
                    "[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?|[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]+",
                    255),
            "What it speaks.");

    private static final Key<TlsMode> MODE =
            Key.defaulted("mode", Words.choice(TlsMode.class), "Terminate", "Where TLS ends.");
    private static final Key<List<ObjectReference>> CERTIFICATES = Key.defaulted(
            "certificateRefs", new ListType<>(References.SECRET, 0, 64), "[]", "Certificates and their keys.");
    private static final Key<ListenerTls> TLS = Key.optional(
            "tls",
            Section.of("tls", ListenerKeys::tls, MODE, CERTIFICATES, OPTIONS)
                    .notServing("frontendValidation")
                    .tolerant(),
            "TLS of the listener.");

    private static final Key<String> ROUTE_GROUP =
            Key.defaulted("group", Words.group(), ManifestId.GATEWAY_GROUP, "The API group.");
    private static final Key<String> ROUTE_KIND = Key.required("kind", Words.kind(), "The kind.");
    private static final Key<List<RouteGroupKind>> KINDS = Key.defaulted(
            "kinds",
            new ListType<>(
                    Section.of(
                                    "kinds",
                                    fields -> new RouteGroupKind(fields.get(ROUTE_GROUP), fields.get(ROUTE_KIND)),
                                    ROUTE_GROUP,
                                    ROUTE_KIND)
                            .tolerant(),
                    0,
                    KINDS_MAX),
            "[]",
            "Kinds of routes. Without any: those that fit the protocol.");
    private static final Key<NamespaceChoice> NAMESPACES = NamespaceKeys.of("Same", "All", "Selector", "Same");
    private static final Key<AllowedRoutes> ALLOWED_ROUTES = Key.defaulted(
            "allowedRoutes",
            Section.of(
                            "allowedRoutes",
                            fields -> new AllowedRoutes(fields.get(NAMESPACES), fields.get(KINDS)),
                            NAMESPACES,
                            KINDS)
                    .tolerant(),
            "{}",
            "Which routes may attach.");

    /** The listeners of a gateway, or of a set. */
    static final Key<List<Listener>> LISTENERS = listeners(PORT);
    /** The listeners of an experimental set. */
    static final Key<List<Listener>> EXPERIMENTAL_LISTENERS = listeners(EXPERIMENTAL_PORT);

    private ListenerKeys() {}

    private static Key<List<Listener>> listeners(Key<Integer> port) {
        Section<Listener> section = Section.of(
                        "listeners",
                        fields -> listener(fields, port),
                        NAME,
                        HOSTNAME,
                        port,
                        PROTOCOL,
                        TLS,
                        ALLOWED_ROUTES)
                .tolerant();
        return Key.required("listeners", new ListType<>(section, 1, LISTENERS_MAX), "The ports that it serves.");
    }

    private static @Nullable ListenerTls tls(Fields fields) {
        boolean terminates = fields.get(MODE) == TlsMode.TERMINATE;
        if (terminates
                && fields.get(CERTIFICATES).isEmpty()
                && fields.get(OPTIONS).isEmpty()) {
            fields.refuse(
                    CERTIFICATES,
                    fields.isGiven(CERTIFICATES) ? "an empty list" : null,
                    "at least one certificate, or options, for mode Terminate",
                    null);
            return null;
        }
        return new ListenerTls(fields.get(MODE), fields.get(CERTIFICATES), fields.get(OPTIONS));
    }

    private static @Nullable Listener listener(Fields fields, Key<Integer> port) {
        int before = fields.problems();
        String protocol = fields.get(PROTOCOL);
        ListenerTls tls = fields.find(TLS);
        switch (protocol.toUpperCase(Locale.ROOT)) {
            case "HTTP" -> refuseTls(fields, protocol);
            case "TCP", "UDP" -> {
                refuseTls(fields, protocol);
                if (fields.isGiven(HOSTNAME)) {
                    fields.refuse(HOSTNAME, fields.shown(HOSTNAME), "none for protocol " + protocol, null);
                }
            }
            case "HTTPS" -> {
                if (tls != null && tls.mode() != TlsMode.TERMINATE) {
                    fields.refuse("tls.mode", "'Passthrough'", "'Terminate' for protocol " + protocol, null);
                }
            }
            case "TLS" -> {
                if (tls == null) {
                    fields.refuse(TLS, null, "a mode for protocol " + protocol, null);
                }
            }
            default -> {}
        }
        return fields.problems() > before
                ? null
                : new Listener(
                        fields.get(NAME),
                        fields.find(HOSTNAME),
                        fields.get(port),
                        protocol,
                        tls,
                        fields.get(ALLOWED_ROUTES));
    }

    private static void refuseTls(Fields fields, String protocol) {
        if (fields.isGiven(TLS)) {
            fields.refuse(TLS, "a mapping", "none for protocol " + protocol, null);
        }
    }

    /** No two listeners have one name, or the same port, protocol and host. */
    static void judge(Fields fields, List<Listener> listeners) {
        Judge.refuseTwice(fields, "listeners", ".name", listeners, Listener::name);
        Judge.refuseTwice(fields, "listeners", "", listeners, ListenerKeys::distinction);
    }

    private static @Nullable String distinction(Listener listener) {
        return listener.port() == 0
                ? null
                : "port " + listener.port() + ", protocol " + listener.protocol()
                        + (listener.hostname() == null ? "" : ", hostname " + listener.hostname());
    }
}
