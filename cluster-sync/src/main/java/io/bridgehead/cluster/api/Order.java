package io.bridgehead.cluster.api;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an operator has ordered, or that an order has ended. The newest record of each {@link #subject} counts, whoever
 * signed it.
 *
 * @param action what is ordered, a lower-case word; words that a node does not know are carried and kept
 * @param service the service that it is about, or empty
 * @param site the site that it is about, or that a {@code pin} sends a service to; or empty
 * @param node the node that it is about, or empty
 * @param reason why, for people; required
 * @param author who, for people; what counts is the record's origin
 * @param given when, to the millisecond, for people
 * @param until when it ends by itself; nothing when only a later record ends it
 * @param ended whether this record ends what was ordered before
 */
public record Order(
        String action,
        String service,
        String site,
        String node,
        String reason,
        String author,
        Instant given,
        Optional<Instant> until,
        boolean ended) {
    /** The version of the binary form. */
    public static final int VERSION = 1;

    private static final String PIN = "pin";
    private static final int ENDED = 1;
    private static final int TARGET_BYTES_MAX = 63;
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9._-]*");

    public Order {
        if (!ACTION.matcher(action).matches()) {
            throw new IllegalArgumentException(
                    "order's action is \"" + action + "\"; expected 1-32 of a-z, 0-9 and -, a letter first");
        }
        requireTarget("service", service);
        requireTarget("site", site);
        requireTarget("node", node);
        Limits.requireText("order's reason", reason, 1, Limits.MESSAGE_BYTES_MAX);
        Limits.requireText("order's author", author, 0, Limits.NAME_BYTES_MAX);
        given = Instant.ofEpochMilli(given.toEpochMilli());
        until = until.map(end -> Instant.ofEpochMilli(end.toEpochMilli()));
        if (given.toEpochMilli() < 0
                || until.filter(end -> end.toEpochMilli() < 1).isPresent()) {
            throw new IllegalArgumentException("order's times are before 1970; expected later ones");
        }
    }

    private static void requireTarget(String what, String name) {
        Limits.requireText("order's " + what, name, 0, TARGET_BYTES_MAX);
        if (!TARGET.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "order's " + what + " is \"" + name + "\"; expected letters, digits, '.', '_' and '-'");
        }
    }

    /** The action and what it is about; two sites of a pin are one subject, for a service can be pinned to one only. */
    public String subject() {
        String at = action.equals(PIN) || site.isEmpty() ? "" : " site=" + site;
        return action + (service.isEmpty() ? "" : " service=" + service) + at + (node.isEmpty() ? "" : " node=" + node);
    }

    /** Whether it is in force at this moment. */
    public boolean isInForce(Instant now) {
        return !ended && until.map(now::isBefore).orElse(true);
    }

    /** This order as the body of a record that is still to be signed. */
    public UnsignedRecord toRecord(String origin, Stamp stamp) {
        return new UnsignedRecord(Kind.ORDER, subject(), origin, stamp, encode());
    }

    /**
     * The binary form, version 1; texts as in {@link RecordCodec}.
     *
     * <pre>
     * version(1) flags(1) | action service site node reason author: text | given(8) until(8)
     * </pre>
     *
     * Flag 1 says that it ends what was ordered; {@code until} is 0 for an order without an end.
     */
    public Bytes encode() {
        return new BinaryWriter()
                .u8(VERSION)
                .u8(ended ? ENDED : 0)
                .text(action)
                .text(service)
                .text(site)
                .text(node)
                .text(reason)
                .text(author)
                .i64(given.toEpochMilli())
                .i64(until.map(Instant::toEpochMilli).orElse(0L))
                .toBytes();
    }

    /** Whether a body is of a version that this node reads; an empty one is the end of whatever was ordered. */
    public static boolean isReadable(Bytes body) {
        return !body.isEmpty() && body.get(0) == VERSION;
    }

    /**
     * Reads the body of a record.
     *
     * @throws MalformedException naming the field that is wrong and what was expected
     */
    public static Order decode(Bytes body) throws MalformedException {
        BinaryReader in = new BinaryReader(body, "order");
        int version = in.u8();
        if (version != VERSION) {
            throw in.bad("version is " + version + "; expected " + VERSION);
        }
        int flags = in.u8();
        if ((flags & ~ENDED) != 0) {
            throw in.bad("flags are " + flags + "; expected 0 or 1");
        }
        String action = in.text("action", Limits.NAME_BYTES_MAX);
        String service = in.text("service", TARGET_BYTES_MAX);
        String site = in.text("site", TARGET_BYTES_MAX);
        String node = in.text("node", TARGET_BYTES_MAX);
        String reason = in.text("reason", Limits.MESSAGE_BYTES_MAX);
        String author = in.text("author", Limits.NAME_BYTES_MAX);
        Instant given = Instant.ofEpochMilli(in.i64());
        long until = in.i64();
        in.end();
        try {
            Optional<Instant> end = until == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until));
            return new Order(action, service, site, node, reason, author, given, end, flags == ENDED);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("order: " + e.getMessage(), e);
        }
    }
}
