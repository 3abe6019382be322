package io.bridgehead.identity;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the authority keeps of a token; never the secret itself.
 *
 * @param secretHash of the secret's text
 * @param author who had it made
 * @param note what became of it, for people; empty while it is open
 */
public record Ticket(
        String id,
        SiteName site,
        @Nullable NodeName node,
        Instant expires,
        String secretHash,
        String author,
        State state,
        String note) {
    /** What may become of a token. */
    public enum State {
        OPEN,
        USED,
        REVOKED;

        /** As its file ends and lists show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Ticket read(String id, State state, Lines lines) {
        String node = lines.orEmpty("node");
        return new Ticket(
                id,
                new SiteName(lines.one("site")),
                node.isEmpty() ? null : new NodeName(node),
                Instant.ofEpochSecond(lines.number("expires")),
                lines.one("secret-hash"),
                lines.orEmpty("author"),
                state,
                lines.orEmpty("note"));
    }

    String text() {
        Lines lines = new Lines()
                .add("site", site.value())
                .add("expires", expires.getEpochSecond())
                .add("secret-hash", secretHash)
                .add("author", author);
        if (node != null) {
            lines.add("node", node.value());
        }
        if (!note.isEmpty()) {
            lines.add("note", note);
        }
        return lines.text();
    }

    Ticket become(State next, String why) {
        return new Ticket(id, site, node, expires, secretHash, author, next, why);
    }
}
