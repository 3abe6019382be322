package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order of one drill.
 *
 * @param node where it is given
 * @param signer who gives it
 */
record DrillOrder(NodeAccess node, RecordSigner signer, String service, String site, String reason) {
    /** How much longer the order holds than the drill lasts: it is ended by the command, and by itself if that has died. */
    static final Duration MARGIN = Duration.ofSeconds(10);

    /** Gives it; a refusal of the node becomes a {@link Failure}. */
    void give(Duration lasts, boolean evenIfLost) throws NodeUnreachableException {
        send(wish(lasts.plus(MARGIN), false), evenIfLost);
    }

    /** Ends it. */
    void end() throws NodeUnreachableException {
        send(wish(null, true), true);
    }

    private Wish wish(@Nullable Duration lasts, boolean ends) {
        return new Wish("drill", service, site, "", reason, lasts, ends);
    }

    private void send(Wish wish, boolean evenIfLost) throws NodeUnreachableException {
        String problem = OrderRecords.problem(wish, Instant.now());
        if (problem != null) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + problem);
        }
        try {
            byte[] record =
                    OrderRecords.sign(wish, Instant.now(), new OrderGiving(node.talk(), wish).newestStamp(), signer);
            Map<String, String> fields = evenIfLost
                    ? Map.of("content-type", "application/octet-stream", "x-bridgehead-even-if-lost", "true")
                    : Map.of("content-type", "application/octet-stream");
            node.post("/v1/orders", fields, record);
        } catch (SignatureException | IllegalArgumentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }
}
