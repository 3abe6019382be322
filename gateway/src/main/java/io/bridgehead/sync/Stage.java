package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.model.SpiffeId;
import java.util.Locale;

/**
 * A changeset that is tried on some nodes before it is committed: those that it reaches serve it in place of the head that it follows, all
 * others serve the head. It is in force while that head is the head, so a commit of it, or of anything else, ends it; so does a record without a body.
 *
 * <p>The binary form, version 1, is the body of a record of kind {@code stage}: {@code version(1) | reach(1) | name: text | changeset: blob}.
 *
 * @param reach how far it goes
 * @param name of the node or the site; empty for all
 * @param changeset what is tried
 */
public record Stage(Reach reach, String name, Changeset changeset) {
    private static final int VERSION = 1;

    /** How far a stage goes, each further than the one before. */
    public enum Reach {
        /** One node. */
        NODE(1),
        /** All nodes of a site. */
        SITE(2),
        /** All nodes. */
        ALL(3);

        private final int code;

        Reach(int code) {
            this.code = code;
        }

        /** For people: {@code node aws-a}, {@code site aws} or {@code all nodes}. */
        public String of(String name) {
            return this == ALL ? "all nodes" : name().toLowerCase(Locale.ROOT) + " " + name;
        }
    }

    /** Whether a node is to serve it. */
    public boolean reaches(SpiffeId gateway) {
        return switch (reach) {
            case NODE -> name.equals(String.valueOf(gateway.gatewayNode()));
            case SITE -> name.equals(String.valueOf(gateway.site()));
            case ALL -> true;
        };
    }

    /** The name that the revision has when it is committed. */
    public String revision() {
        return changeset.id().toString();
    }

    /** As {@link Reach#of}. */
    public String where() {
        return reach.of(name);
    }

    Bytes encode() {
        return new BinaryWriter()
                .u8(VERSION)
                .u8(reach.code)
                .text(name)
                .blob(ChangesetCodec.encode(changeset))
                .toBytes();
    }

    /**
     * Reads bytes that nobody trusts yet.
     *
     * @throws MalformedException naming the field that is wrong and what was expected
     */
    static Stage decode(Bytes body) throws MalformedException {
        BinaryReader in = new BinaryReader(body, "stage");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        int code = in.u8();
        Reach reach = null;
        for (Reach known : Reach.values()) {
            reach = known.code == code ? known : reach;
        }
        if (reach == null) {
            throw in.bad("reach is " + code + "; expected 1 to 3");
        }
        String name = in.text("name", Limits.NAME_BYTES_MAX);
        Bytes changeset = in.blob("changeset", Limits.BODY_BYTES_MAX);
        in.end();
        return new Stage(reach, name, ChangesetCodec.decode(changeset));
    }
}
