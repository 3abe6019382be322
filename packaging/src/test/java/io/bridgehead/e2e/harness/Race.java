package io.bridgehead.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One source that is changed at all nodes at once, each for itself. */
public final class Race {
    private Race() {}

    /**
     * Runs {@code apply} at every node at the same time: at least one wins, and all come to serve the same without a conflict.
     *
     * @param documents what a node is to apply, by its name
     */
    public static void run(TestFabric fabric, UnaryOperator<String> documents) {
        List<Supplier<Cli.Result>> calls = fabric.nodes().stream()
                .<Supplier<Cli.Result>>map(
                        node -> () -> fabric.apply(node, documents.apply(node.name()), "--source", "race"))
                .toList();
        List<Cli.Result> results = AtOnce.answers(calls);
        assertThat(results).extracting(Cli.Result::exit).as("%s", results).contains(0);
        TestNode first = fabric.nodes().iterator().next();
        for (TestNode node : fabric.nodes()) {
            Patience.until("all serve the same", () -> first.revision().equals(node.revision()), node::revision);
            assertThat(node.get("/v1/conflicts").getJsonArray("conflicts")).isEmpty();
        }
    }
}
