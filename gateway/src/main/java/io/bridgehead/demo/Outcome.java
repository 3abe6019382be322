package io.bridgehead.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * What a demonstration found.
 *
 * @param requests all requests that clients sent
 * @param failed GETs without a good answer
 * @param posts POSTs that clients sent
 * @param postsFailed POSTs without a good answer; a client never sends one again
 * @param postsDuplicated POSTs that endpoints did more than once
 * @param reconnects times that a client lost its entry node and went to the other
 * @param longestStallMillis the longest time from sending a GET to its good answer, reconnecting included, from the first kill on
 * @param longestStallIn what happened last before that answer came, in the words of the screen
 * @param coldMillis the longest time to a good answer before anything was killed: the nodes' first requests, while all of them still
 *     load what they need
 * @param timeToShiftMillis from the kill of the last local endpoint until every client had a good answer from another site
 * @param timeBackMillis from the start of the local endpoints' processes until every client had a good answer from them
 * @param sites good GETs by the site that served them
 * @param revision the revision that every node serves at the end
 */
public record Outcome(
        long requests,
        long failed,
        long posts,
        long postsFailed,
        long postsDuplicated,
        long reconnects,
        long longestStallMillis,
        String longestStallIn,
        long coldMillis,
        long timeToShiftMillis,
        long timeBackMillis,
        Map<String, Long> sites,
        String revision) {

    /** The longest stall that the product promises for the hard loss of a site. */
    public static final long STALL_MILLIS_MAX = 1_000;

    /** Whether the product kept what it promises. */
    public boolean good() {
        return failed == 0
                && postsDuplicated == 0
                && longestStallMillis <= STALL_MILLIS_MAX
                && timeToShiftMillis >= 0
                && timeBackMillis >= 0;
    }

    /** The report as JSON; the keys are the names of this record's components. */
    public String toJson() {
        JsonObject json = new JsonObject()
                .put("requests", requests)
                .put("failed", failed)
                .put("posts", posts)
                .put("postsFailed", postsFailed)
                .put("postsDuplicated", postsDuplicated)
                .put("reconnects", reconnects)
                .put("longestStallMillis", longestStallMillis)
                .put("longestStallIn", longestStallIn)
                .put("coldMillis", coldMillis)
                .put("timeToShiftMillis", timeToShiftMillis)
                .put("timeBackMillis", timeBackMillis)
                .put("sites", new JsonObject(Map.copyOf(sites)))
                .put("revision", revision)
                .put("good", good());
        return json.encodePrettily();
    }
}
