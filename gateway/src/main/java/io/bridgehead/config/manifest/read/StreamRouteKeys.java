package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.StreamRule;
import io.bridgehead.config.manifest.TcpRoute;
import io.bridgehead.config.manifest.TlsRoute;
import io.bridgehead.config.manifest.UdpRoute;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of {@code TLSRoute}, {@code TCPRoute} and {@code UDPRoute}, and what all routes share. */
final class StreamRouteKeys {
    /** Most rules of a route. */
    static final int RULES_MAX = 16;

    private static final int HOSTNAMES_MAX = 16;
    private static final int SERVER_NAMES_MAX = 1024;

    /** The host names of a route for requests. */
    static final Key<List<String>> HOSTNAMES = Key.defaulted(
            "hostnames",
            new ListType<>(Words.hostname(), 0, HOSTNAMES_MAX),
            "[]",
            "The hosts it takes. Without any: those of the listener.");

    private static final Key<List<String>> SERVER_NAMES = Key.required(
            "hostnames", new ListType<>(Words.hostname(), 1, SERVER_NAMES_MAX), "The server names it takes.");
    private static final Key<List<String>> EARLY_SERVER_NAMES = Key.defaulted(
            "hostnames",
            new ListType<>(Words.hostname(), 0, SERVER_NAMES_MAX),
            "[]",
            "The server names it takes. Without any: those of the listener.");
    private static final Key<String> NAME =
            Key.optional("name", Words.sectionName(), "What the rule is called; unique in the route.");
    private static final Section<StreamRule> RULE = Section.of(
                    "rules",
                    fields -> new StreamRule(fields.find(NAME), fields.get(References.STREAM_BACKENDS)),
                    NAME,
                    References.STREAM_BACKENDS)
            .tolerant();
    private static final Key<List<StreamRule>> ONE_RULE = rules(1);
    private static final Key<List<StreamRule>> EARLY_RULES = rules(RULES_MAX);

    static final Form TLS = tls(SERVER_NAMES, ONE_RULE);
    static final Form TLS_ALPHA3 = tls(SERVER_NAMES, EARLY_RULES);
    static final Form TLS_ALPHA2 = tls(EARLY_SERVER_NAMES, EARLY_RULES);
    static final Form TCP = tcp(ONE_RULE);
    static final Form TCP_ALPHA2 = tcp(EARLY_RULES);
    static final Form UDP = udp(ONE_RULE);
    static final Form UDP_ALPHA2 = udp(EARLY_RULES);

    private StreamRouteKeys() {}

    /** What the routes of all kinds say. */
    record Common(List<ParentReference> parentRefs, List<String> hostnames) {}

    private record Spec(Common route, List<StreamRule> rules) {}

    /** Reads what the routes for requests share. */
    static Common common(Fields fields) {
        return common(fields, fields.get(HOSTNAMES));
    }

    private static Common common(Fields fields, List<String> hostnames) {
        List<ParentReference> parents = fields.get(References.PARENT_REFS);
        References.judgeParents(fields, parents);
        return new Common(parents, hostnames);
    }

    private static Key<List<StreamRule>> rules(int rulesMax) {
        return Key.required("rules", new ListType<>(RULE, 1, rulesMax), "Where connections or datagrams go.");
    }

    private static Form tls(Key<List<String>> hostnames, Key<List<StreamRule>> rules) {
        Section<Spec> spec = Section.of(
                        "spec",
                        fields -> spec(fields, fields.get(hostnames), rules),
                        References.PARENT_REFS,
                        hostnames,
                        rules)
                .notServing("useDefaultGateways")
                .tolerant();
        return Form.of(
                TlsRoute.KIND,
                Key.required("spec", spec, "What it says."),
                (metadata, said, source) -> new TlsRoute(
                        metadata, said.route().parentRefs(), said.route().hostnames(), said.rules(), source));
    }

    private static Form tcp(Key<List<StreamRule>> rules) {
        return Form.of(
                TcpRoute.KIND,
                specWithoutNames(rules),
                (metadata, said, source) -> new TcpRoute(metadata, said.route().parentRefs(), said.rules(), source));
    }

    private static Form udp(Key<List<StreamRule>> rules) {
        return Form.of(
                UdpRoute.KIND,
                specWithoutNames(rules),
                (metadata, said, source) -> new UdpRoute(metadata, said.route().parentRefs(), said.rules(), source));
    }

    private static Key<Spec> specWithoutNames(Key<List<StreamRule>> rules) {
        Section<Spec> spec = Section.of("spec", fields -> spec(fields, List.of(), rules), References.PARENT_REFS, rules)
                .notServing("useDefaultGateways")
                .tolerant();
        return Key.required("spec", spec, "What it says.");
    }

    private static @Nullable Spec spec(Fields fields, List<String> hostnames, Key<List<StreamRule>> rules) {
        int before = fields.problems();
        Common common = common(fields, hostnames);
        judgeNames(fields, hostnames);
        Judge.refuseTwice(fields, "rules", ".name", fields.get(rules), StreamRule::name);
        return fields.problems() > before ? null : new Spec(common, fields.get(rules));
    }

    private static void judgeNames(Fields fields, List<String> hostnames) {
        for (int i = 0; i < hostnames.size(); i++) {
            if (IpAddress.parse(hostnames.get(i)) != null) {
                fields.refuse(
                        "hostnames[" + i + "]",
                        "'" + hostnames.get(i) + "'",
                        "a host name",
                        "a ClientHello names no address (RFC 6066, section 3)");
            }
        }
    }
}
