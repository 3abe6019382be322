package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.HostTrust;
import io.bridgehead.config.NodeConfig.HostGrant;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.sync.ActiveDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Documents that are read on all processors come to what they come to when they are read one by one. */
final class DocumentsTest {
    private static final int MANY = 500;

    private final CompileContext context = new CompileContext(
            new SiteName("a"),
            new TrustDomain("acme.example"),
            Map.of(),
            new EndpointTrust(List.of(), true, Set.of(), Set.of()),
            Set.of(),
            false);

    private static ActiveDocuments documents(int bad) {
        SortedMap<String, String> texts = new TreeMap<>();
        for (int i = 0; i < MANY; i++) {
            texts.put("Service/s" + i, """
                    apiVersion: bridgehead.io/v1
                    kind: Service
                    metadata: { name: s%1$d }
                    spec: { hostnames: [ s%1$d.example ], sites: { a: { endpoints: [ "10.0.0.1:%2$s" ] } } }
                    """.formatted(i, i == bad ? "none" : "80"));
        }
        return new ActiveDocuments("1", new TreeMap<>(Map.of("default", texts)));
    }

    @Test
    void readAheadChangesNothingButWhenTheyAreRead() {
        CompileResult plain = Documents.compile(documents(-1), context);
        CompileContext other = new CompileContext(
                context.site(), context.trustDomain(), Map.of(), context.endpointTrust(), Set.of(), false);
        Documents.readAhead(documents(-1), other);
        CompileResult ahead = Documents.compile(documents(-1), other);
        assertThat(((CompileResult.Compiled) ahead).table().services())
                .hasSize(MANY)
                .containsExactlyElementsOf(
                        ((CompileResult.Compiled) plain).table().services());
    }

    @Test
    void whoWaitsForWhatIsReadAheadFindsItRead() {
        List<String> done = new CopyOnWriteArrayList<>();
        ReadAhead ahead = ReadAhead.begin(
                () -> {
                    done.add("read");
                    return documents(-1);
                },
                context,
                ForkJoinPool.commonPool());
        ahead.await();
        assertThat(done).containsExactly("read");
        assertThat(Documents.compile(documents(-1), context)).isInstanceOf(CompileResult.Compiled.class);
    }

    @Test
    void whatCannotBeReadAheadDoesNotKeepANodeFromStarting() {
        ReadAhead.begin(
                        () -> {
                            throw new IllegalStateException("on purpose");
                        },
                        context,
                        Runnable::run)
                .await();
        assertThat(Documents.compile(documents(-1), context)).isInstanceOf(CompileResult.Compiled.class);
    }

    @Test
    void aProblemIsToldWhenTheyAreCompiled() {
        Documents.readAhead(documents(7), context);
        assertThat(Documents.compile(documents(7), context))
                .isInstanceOfSatisfying(
                        CompileResult.Refused.class,
                        refused -> assertThat(refused.problems())
                                .singleElement()
                                .asString()
                                .contains("default:Service/s7"));
    }

    private static String service(String name, String claims) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec: { %s, sites: { b: { endpoints: [ "10.0.0.1:80" ] } } }
                """.formatted(name, claims);
    }

    private static String route(String name, String hostnames) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: %s, namespace: edge }
                spec: { parentRefs: [ { name: public } ], %s rules: [ { backendRefs: [ { name: shop, port: 80 } ] } ] }
                """.formatted(name, hostnames);
    }

    @Test
    void aSourceClaimsTheHostsAloneThatTrustLetsIt() {
        SortedMap<String, String> ours = new TreeMap<>();
        ours.put("Service/shop", service("shop", "hostnames: [ shop.example ]"));
        SortedMap<String, String> theirs = new TreeMap<>();
        theirs.put("Service/own", service("own", "hostnames: [ a.partner.example, \"*.b.partner.example\" ]"));
        theirs.put("Service/ours", service("ours", "hostnames: [ shop.example ]"));
        theirs.put("Service/case", service("case", "hostnames: [ a.partner.example, SHOP.example ]"));
        theirs.put("Service/star", service("star", "hostnames: [ \"*\" ]"));
        theirs.put("Service/apex", service("apex", "hostnames: [ partner.example ]"));
        theirs.put("Service/wide", service("wide", "hostnames: [ \"*.example\" ]"));
        theirs.put("Service/near", service("near", "hostnames: [ evilpartner.example ]"));
        theirs.put("Service/port", service("port", "protocol: tcp, ports: [ { listener: pg } ]"));
        theirs.put("HTTPRoute/edge/own", route("own", "hostnames: [ c.partner.example ],"));
        theirs.put("HTTPRoute/edge/all", route("all", ""));
        ActiveDocuments active = new ActiveDocuments("1", new TreeMap<>(Map.of("ours", ours, "theirs", theirs)));
        HostTrust trust = HostTrust.of(
                List.of(new HostGrant(List.of("theirs", "others"), List.of("*.partner.example", "one.example"))));
        CompileResult.Compiled compiled = (CompileResult.Compiled) Documents.compile(active, context.with(trust));
        assertThat(compiled.table().services().stream().map(one -> one.name().value()))
                .containsExactlyInAnyOrder("shop", "own");
        assertThat(compiled.leftOut().stream().map(Object::toString))
                .hasSize(8)
                .allMatch(line -> line.contains(" is left out on this node"))
                .anyMatch(line -> line.contains("'shop.example'") && line.contains("Service/ours"))
                .anyMatch(line -> line.contains("listener 'pg'"))
                .anyMatch(line -> line.contains("every host of a listener") && line.contains("HTTPRoute/edge/all"));
        assertThat(Documents.leftOut("theirs", theirs, context.with(trust))).hasSize(8);
        assertThat(Documents.leftOut("ours", theirs, context.with(trust))).isEmpty();
    }

    /** What some edits left of two sources, with all that compiling may have to say of it. */
    private static final class Edited {
        private final Random random = new Random(7);
        private final SortedMap<String, SortedMap<String, String>> sources =
                new TreeMap<>(Map.of("default", new TreeMap<>(), "other", new TreeMap<>()));
        private int revision;

        Edited() {
            for (int i = 0; i < 30; i++) {
                put("default", i, "hostnames: [ s%d.example ]".formatted(i), 80);
            }
        }

        private void put(String source, int number, String claims, int port) {
            put(source, number, number % 3, claims, port);
        }

        private void put(String source, int number, int team, String claims, int port) {
            SortedMap<String, String> texts = new TreeMap<>(sources.get(source));
            texts.put("Service/s" + number, """
                    apiVersion: bridgehead.io/v1
                    kind: Service
                    metadata: { name: s%d, labels: { team: "%d" } }
                    spec: { %s, sites: { a: { endpoints: [ "10.0.0.1:%d" ] }, b: { endpoints: [ "10.0.0.2:80" ] } } }
                    """.formatted(number, team, claims, port));
            sources.put(source, texts);
        }

        private void text(String name, String text) {
            SortedMap<String, String> texts = new TreeMap<>(sources.get("default"));
            if (texts.remove(name) == null) {
                texts.put(name, text);
            }
            sources.put("default", texts);
        }

        void edit() {
            int number = random.nextInt(30);
            String own = "hostnames: [ s%d.example ]".formatted(number);
            switch (random.nextInt(100)) {
                case 0 -> put("default", number, "hostnames: [ s%d.example, x.example ]".formatted(number), 80);
                case 1 -> put("default", number, "hostnames: [ s%d.example ]".formatted(number + 1), 80);
                case 2 -> put("default", number, "protocol: tcp, ports: [ { listener: pg } ]", 80);
                case 3 -> put("default", number, "protocol: tcp, ports: [ { listener: pq } ]", 80);
                case 4 -> put("default", number, own + ", tls: { authorities: nobody }, protocol: https", 80);
                case 5 -> put("default", number, own + ", externalAuthorization: { service: s1 }", 80);
                case 6 -> put("default", number, own + ", externalAuthorization: { service: gone }", 80);
                case 7 -> put("other", number, own, 80);
                case 8 -> sources.put("other", new TreeMap<>());
                case 9 -> put("default", number, own + ", nonsense: 1", 80);
                case 10 -> text("TrafficPolicy/t", """
                        apiVersion: bridgehead.io/v1
                        kind: TrafficPolicy
                        metadata: { name: t }
                        spec: { services: { labels: { team: "1" } }, balance: { policy: roundRobin } }
                        """);
                case 11 -> text("AuthorizationPolicy/p", """
                        apiVersion: bridgehead.io/v1
                        kind: AuthorizationPolicy
                        metadata: { name: p }
                        spec: { services: { names: [ s2, "s1*" ] }, action: DENY, rules: [ { from: [ { sites: [ b ] } ] } ] }
                        """);
                case 12 -> put("default", number, "hostnames: [ \"*.s%d.example\" ]".formatted(number), 80);
                case 13 -> text("AuthorizationPolicy/q", """
                        apiVersion: bridgehead.io/v1
                        kind: AuthorizationPolicy
                        metadata: { name: q }
                        spec: { services: { labels: { team: "2" } }, action: DENY, rules: [ { from: [ { sites: [ b ] } ] } ] }
                        """);
                default -> put("default", number, random.nextInt(4), own, 80 + random.nextInt(5));
            }
            revision++;
        }

        /** So that problems do not stay for good. */
        void mend() {
            for (int i = 0; i < 30; i++) {
                put("default", i, "hostnames: [ s%d.example ]".formatted(i), 80);
            }
            sources.put("other", new TreeMap<>());
        }

        ActiveDocuments active() {
            return new ActiveDocuments("r" + revision, new TreeMap<>(sources));
        }
    }

    private CompileContext fresh() {
        return new CompileContext(
                context.site(),
                context.trustDomain(),
                Map.of("pg", ListenerProtocol.TCP),
                new EndpointTrust(List.of(), false, Set.of(), Set.of(84)),
                Set.of(),
                false);
    }

    private static List<Object> said(CompileResult result) {
        return switch (result) {
            case CompileResult.Refused(List<Problem> problems) ->
                problems.stream().map(Object::toString).collect(Collectors.toList());
            case CompileResult.Compiled compiled -> {
                RoutingTable table = compiled.table();
                List<Object> said = new ArrayList<>(table.services());
                said.addAll(List.of(table.revision(), table.policies()));
                said.add(compiled.notes().stream().map(Object::toString).toList());
                said.add(compiled.leftOut().stream().map(Object::toString).toList());
                for (int i = 0; i < 32; i++) {
                    said.add("s" + i + " by host " + table.byHost("s" + i + ".example"));
                    said.add("s" + i + " below host " + table.byHost("x.s" + i + ".example"));
                    said.add("s" + i + " by name " + table.byName(new ServiceName("s" + i)));
                }
                said.add("pg " + table.byListener("pg"));
                yield said;
            }
        };
    }

    @Test
    void whatIsCompiledAfterOtherDocumentsComesToWhatItComesToAlone() {
        CompileContext remembering = fresh();
        Edited edited = new Edited();
        int compiled = 0;
        int ofOneMake = 0;
        RoutingTable before = RoutingTable.EMPTY;
        for (int i = 0; i < 1000; i++) {
            if (i % 25 == 0) {
                edited.mend();
            }
            edited.edit();
            CompileResult result = Documents.compile(edited.active(), remembering);
            assertThat(said(result))
                    .as("after edit %d", i)
                    .isEqualTo(said(Documents.compile(edited.active(), fresh())));
            if (result instanceof CompileResult.Compiled(RoutingTable table, var _, var _, var _)) {
                compiled++;
                ofOneMake += table.isOfOneMake(before) ? 1 : 0;
                before = table;
            }
        }
        // Some were refused, and many came of the one before: else this would compare nothing.
        assertThat(compiled).isBetween(200, 950);
        assertThat(ofOneMake).isGreaterThan(100);
    }
}
