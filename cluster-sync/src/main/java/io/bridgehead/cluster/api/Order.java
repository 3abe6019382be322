package io.bridgehead.cluster.api;

import java.time.Duration;
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
 * @param detail what only some orders have
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
        boolean ended,
        Detail detail) {
    /** The latest version of the binary form. */
    public static final int VERSION = 2;

    private static final int WITHOUT_DETAIL = 1;

    private static final String PIN = "pin";
    private static final int ENDED = 1;
    private static final int TARGET_BYTES_MAX = 63;
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern ENDPOINT = Pattern.compile("[A-Za-z0-9._:\\[\\]-]*");
    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9._-]*");

    /**
     * What only some orders have.
     *
     * @param endpoint the host:port of the service in the site that it is about, or empty
     * @param over how long what ends takes to come back to its whole share; zero for at once
     */
    public record Detail(String endpoint, Duration over) {
        /** Nothing more. */
        public static final Detail NONE = new Detail("", Duration.ZERO);

        private static final int ENDPOINT_BYTES_MAX = 128;

        public Detail {
            Limits.requireText("order's endpoint", endpoint, 0, ENDPOINT_BYTES_MAX);
            if (!ENDPOINT.matcher(endpoint).matches()) {
                throw new IllegalArgumentException("order's endpoint is \"" + endpoint + "\"; expected host:port");
            }
            over = Duration.ofMillis(over.toMillis());
            if (over.isNegative()) {
                throw new IllegalArgumentException("order's way back takes " + over + "; expected zero or more");
            }
        }
    }

    /** An order without more detail. */
    public Order(
            String action,
            String service,
            String site,
            String node,
            String reason,
            String author,
            Instant given,
            Optional<Instant> until,
            boolean ended) {
        this(action, service, site, node, reason, author, given, until, ended, Detail.NONE);
    }

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
        String endpoint = detail.endpoint().isEmpty() ? "" : " endpoint=" + detail.endpoint();
        return action
                + (service.isEmpty() ? "" : " service=" + service)
                + at
                + (node.isEmpty() ? "" : " node=" + node)
                + endpoint;
    }

    /** Whether it is in force at this moment. */
    public boolean isInForce(Instant now) {
        return !ended && until.map(now::isBefore).orElse(true);
    }

    /** When what was ended has its whole share again: {@link #given} and the way back. */
    public Instant back() {
        return given.plus(detail.over());
    }

    /** Whether what this record ended is on its way back to its whole share. */
    public boolean isReturning(Instant now) {
        return ended && now.isBefore(back());
    }

    /** This order as the body of a record that is still to be signed. */
    public UnsignedRecord toRecord(String origin, Stamp stamp) {
        return new UnsignedRecord(Kind.ORDER, subject(), origin, stamp, encode());
    }

    /**
     * The binary form; texts as in {@link RecordCodec}. Version 1 where there is no detail, so that nodes of before
     * understand it, else 2.
     *
     * <pre>
     * version(1) flags(1) | action service site node reason author: text | given(8) until(8)
     *     | in version 2 endpoint: text, over(8)
     * </pre>
     *
     * Flag 1 says that it ends what was ordered; {@code until} is 0 for an order without an end.
     */
    public Bytes encode() {
        boolean detailed = !detail.equals(Detail.NONE);
        BinaryWriter out = new BinaryWriter()
                .u8(detailed ? VERSION : WITHOUT_DETAIL)
                .u8(ended ? ENDED : 0)
                .text(action)
                .text(service)
                .text(site)
                .text(node)
                .text(reason)
                .text(author)
                .i64(given.toEpochMilli())
                .i64(until.map(Instant::toEpochMilli).orElse(0L));
        if (detailed) {
            out.text(detail.endpoint()).i64(detail.over().toMillis());
        }
        return out.toBytes();
    }

    /** Whether a body is of a version that this node reads; an empty one is the end of whatever was ordered. */
    public static boolean isReadable(Bytes body) {
        return !body.isEmpty() && body.get(0) >= WITHOUT_DETAIL && body.get(0) <= VERSION;
    }

    /**
     * Reads the body of a record.
     *
     * @throws MalformedException naming the field that is wrong and what was expected
     */
    public static Order decode(Bytes body) throws MalformedException {
        BinaryReader in = new BinaryReader(body, "order");
        int version = in.u8();
        if (version != VERSION && version != WITHOUT_DETAIL) {
            throw in.bad("version is " + version + "; expected " + WITHOUT_DETAIL + " or " + VERSION);
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
        String endpoint = version == VERSION ? in.text("endpoint", Detail.ENDPOINT_BYTES_MAX) : "";
        long over = version == VERSION ? in.i64() : 0;
        in.end();
        try {
            Detail detail = new Detail(endpoint, Duration.ofMillis(over));
            Optional<Instant> end = until == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until));
            return new Order(action, service, site, node, reason, author, given, end, flags == ENDED, detail);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("order: " + e.getMessage(), e);
        }
    }
}
