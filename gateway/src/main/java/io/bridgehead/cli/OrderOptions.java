package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command gives an order or ends one: the reason, who signs, and what is printed. */
@OwnedBy(Owner.CONFINED)
final class OrderOptions {
    @Mixin
    private final NodeAccess node = new NodeAccess();

    private final OperatorKey operator = node.operator();

    @Mixin
    private final Output output = new Output();

    @Option(
            names = {"-m", "--reason"},
            required = true,
            paramLabel = "TEXT",
            description = "why, for whoever sees the order")
    private String reason = "";

    @Option(names = "--dry-run", description = "show what would be ordered and change nothing")
    private boolean dryRun;

    /** Why. */
    String reason() {
        return reason;
    }

    /** Gives an order. */
    int give(PrintWriter out, Wish wish) throws NodeUnreachableException {
        OrderGiving giving = new OrderGiving(node.talk(), wish);
        return send(out, giving, giving.text(giving.inForce()));
    }

    /** Ends an order that is in force; when none is, there is nothing to do. */
    int end(PrintWriter out, Wish wish) throws NodeUnreachableException {
        OrderGiving giving = new OrderGiving(node.talk(), wish);
        JsonObject before = giving.inForce();
        if (before == null) {
            say(out, new JsonObject().put("changed", false), giving.nothing());
            return 0;
        }
        return send(out, giving, giving.text(before));
    }

    private int send(PrintWriter out, OrderGiving giving, String text) throws NodeUnreachableException {
        if (dryRun) {
            say(out, new JsonObject().put("changed", false).put("dryRun", true), "would be " + text);
            return 0;
        }
        RecordSigner signer = operator.signer();
        JsonObject answer = giving.send(signer, giving.newestStamp());
        say(out, answer, text);
        if (!output.isDocument()) {
            answer.getJsonArray("warnings", new JsonArray()).forEach(warning -> out.println("warning: " + warning));
            out.println(OrderGiving.reach(answer));
        }
        return 0;
    }

    private void say(PrintWriter out, JsonObject answer, String text) {
        if (!output.document(out, answer)) {
            out.println(text);
        }
    }
}
