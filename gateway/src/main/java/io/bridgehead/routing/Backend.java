package io.bridgehead.routing;

import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.policy.Redirection;
import io.bridgehead.policy.Rewrite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the places that a rule sends requests to.
 *
 * @param service where they go; null for a reference that leads nowhere, whose share of the requests is answered 500
 * @param weight its share; 0 for none
 * @param shown what the document calls it, such as {@code Service default/shop:8080}
 * @param edits what is changed for this place only
 */
public record Backend(@Nullable ServiceRoute service, int weight, String shown, Edits edits) {
    /**
     * What is changed on the way to and from a place.
     *
     * @param redirect an answer instead of a place, or null
     */
    public record Edits(
            HeaderEdits request,
            HeaderEdits response,
            @Nullable Rewrite rewrite,
            @Nullable Redirection redirect,
            List<Mirror> mirrors) {
        /** No change. */
        public static final Edits NONE = new Edits(HeaderEdits.NONE, HeaderEdits.NONE, null, null, List.of());

        public Edits {
            mirrors = List.copyOf(mirrors);
        }

        /** Whether nothing is to be done once a request is on its way. */
        public boolean isPlain() {
            return response.isEmpty() && mirrors.isEmpty();
        }
    }
}
