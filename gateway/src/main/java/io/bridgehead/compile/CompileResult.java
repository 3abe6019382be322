package io.bridgehead.compile;

import io.bridgehead.compile.gateway.GatewayTable;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.routing.RoutingTable;
import java.util.ArrayList;
import java.util.List;

/** What came of compiling: a table, or every problem that stood in the way. */
public sealed interface CompileResult {
    /**
     * The documents fit together.
     *
     * @param table what this node is to serve
     * @param gateways what came of the manifests among them
     * @param notes what does not apply on this node: a listener that it does not have, a document that its {@code trust} refuses
     *     and that is therefore left out; other nodes may see it otherwise. {@code validate --strict} treats them as problems
     * @param leftOut those of the notes that are about documents which this node's {@code trust} refuses
     */
    record Compiled(RoutingTable table, GatewayTable gateways, List<Problem> notes, List<Problem> leftOut)
            implements CompileResult {
        public Compiled {
            notes = List.copyOf(notes);
            leftOut = List.copyOf(leftOut);
        }

        /** The same when these were left out as well. */
        public Compiled leaving(List<Problem> others) {
            List<Problem> allNotes = new ArrayList<>(others);
            allNotes.addAll(notes);
            List<Problem> allLeftOut = new ArrayList<>(others);
            allLeftOut.addAll(leftOut);
            return new Compiled(table, gateways, allNotes, allLeftOut);
        }
    }

    /** They do not: the problems by file, line and column; at least one. */
    record Refused(List<Problem> problems) implements CompileResult {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
