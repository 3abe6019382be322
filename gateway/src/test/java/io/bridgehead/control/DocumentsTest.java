package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.HostTrust;
import io.bridgehead.config.NodeConfig.HostGrant;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.sync.ActiveDocuments;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
}
