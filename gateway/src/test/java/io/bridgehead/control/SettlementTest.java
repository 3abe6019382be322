package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.sync.Sources;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private static final CompileContext CONTEXT = new CompileContext(
            new SiteName("a"),
            new TrustDomain("corp.example"),
            Map.of(),
            new EndpointTrust(List.of(), false, Set.of(), Set.of()),
            Set.of(),
            false);

    private final Sources sources = new Sources();

    @Test
    void whatFitsIsServedAsItIs() throws IOException {
        sources.then("one", 1, Map.of("Service/x", service("x", "x.example")));
        sources.then("two", 2, Map.of("Service/y", service("y", "y.example")));
        Settlement settled = settle();
        assertThat(settled.problems()).isEmpty();
        assertThat(settled.documents()).isEqualTo(sources.active());
    }

    @Test
    void whoClaimedFirstKeepsItAndTheOtherIsServedAsBefore() throws IOException {
        String before = sources.then("a-late", 1, Map.of("Service/y", service("y", "y.example")));
        String first = sources.then("z-first", 2, Map.of("Service/x", service("x", "x.example")));
        String late = sources.then(
                "a-late",
                3,
                Map.of("Service/y", service("y", "y2.example"), "Service/x", service("x", "late.example")));
        Settlement settled = settle();
        assertThat(settled.documents().revision()).isEqualTo("a-late@" + before + ",z-first@" + first);
        assertThat(hosts(settled)).containsExactly("y.example", "x.example");
        assertThat(settled.problems())
                .anyMatch(problem -> problem.contains("source 'a-late': revision " + late)
                        && problem.contains(before + " is served until a new revision of it fits"));
    }

    @Test
    void aSourceThatNeverFittedIsLeftOutAndTheOthersGoOn() throws IOException {
        sources.then("first", 1, Map.of("Service/x", service("x", "shared.example")));
        sources.then("late", 2, Map.of("Service/y", service("y", "shared.example")));
        sources.then("third", 3, Map.of("Service/z", service("z", "z.example")));
        Settlement settled = settle();
        assertThat(hosts(settled)).containsExactly("shared.example", "z.example");
        assertThat(settled.problems())
                .anyMatch(problem ->
                        problem.contains("source 'late'") && problem.contains("none of its documents is served"));
    }

    @Test
    void aClashOfOthersDoesNotStandInTheWay() throws IOException {
        sources.then("first", 1, Map.of("Service/x", service("x", "shared.example")));
        sources.then("late", 2, Map.of("Service/y", service("y", "shared.example")));
        assertThat(judge("third", service("z", "z.example"))).isInstanceOf(CompileResult.Compiled.class);
        assertThat(judge("third", service("z", "shared.example"))).isInstanceOf(CompileResult.Refused.class);
        assertThat(judge("late", service("z", "other.example"))).isInstanceOf(CompileResult.Compiled.class);
        assertThat(judge("first", service("z", "shared.example")))
                .as("it would give its seniority away")
                .isInstanceOf(CompileResult.Refused.class);
    }

    private Settlement settle() {
        return Settlement.of(sources.active(), sources.history(), CONTEXT);
    }

    private CompileResult judge(String source, String text) {
        return Settlement.judge(
                sources.active(), sources.history(), CONTEXT, source, new TreeMap<>(Map.of("Service/z", text)));
    }

    private static List<String> hosts(Settlement settled) {
        RoutingTable table = ((CompileResult.Compiled) settled.result()).table();
        return table.services().stream()
                .map(route -> route.hostnames().getFirst().toString())
                .toList();
    }

    private static String service(String name, String host) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec: { hostnames: [ %s ], sites: { a: { endpoints: [ "10.0.0.1:80" ] } } }
                """.formatted(name, host);
    }
}
