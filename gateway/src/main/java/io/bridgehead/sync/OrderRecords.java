package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes and reads records of operators' orders. */
public final class OrderRecords {
    private OrderRecords() {}

    /**
     * What an operator wants.
     *
     * @param action {@code drain}, {@code failback}, {@code drill}, {@code pin}, {@code freeze} or {@code quarantine}
     * @param service empty when it is about none
     * @param site empty when it is about none
     * @param node empty when it is about none
     * @param reason required
     * @param lasts how long; null for until it is ended
     * @param ends whether what was ordered ends
     * @param finer what only some wishes have
     */
    public record Wish(
            String action,
            String service,
            String site,
            String node,
            String reason,
            @Nullable Duration lasts,
            boolean ends,
            Finer finer) {
        /** A wish without more detail. */
        public Wish(
                String action,
                String service,
                String site,
                String node,
                String reason,
                @Nullable Duration lasts,
                boolean ends) {
            this(action, service, site, node, reason, lasts, ends, Finer.NONE);
        }
    }

    /**
     * What only some wishes have.
     *
     * @param endpoint the host:port of the service in the site; empty when it is about the whole of it
     * @param over how long what ends takes to come back; zero for at once
     */
    public record Finer(String endpoint, Duration over) {
        /** Nothing more. */
        public static final Finer NONE = new Finer("", Duration.ZERO);
    }

    /** The subject of the order, by which the node knows it. */
    public static String subject(Wish wish, Instant now) {
        return order(wish, "", now).subject();
    }

    /** What is wished, for people. */
    public static String text(Wish wish, Instant now) {
        return new StandingOrder("", order(wish, "", now), "", 0).text();
    }

    /** What is wrong with a wish, or null. */
    public static @Nullable String problem(Wish wish, Instant now) {
        try {
            return OrderAction.problem(order(wish, "", now));
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Signs an order.
     *
     * @param afterMillis the time of the stamp of what it supersedes; 0 when there is nothing
     * @throws SignatureException if the key's provider fails
     * @throws IllegalArgumentException if it is beyond the limits of the format
     */
    public static byte[] sign(Wish wish, Instant now, long afterMillis, RecordSigner signer) throws SignatureException {
        String origin = signer.id().toString();
        long millis = Math.max(now.toEpochMilli(), afterMillis + 1);
        return Changesets.sign(order(wish, origin, now).toRecord(origin, new Stamp(millis, 0, origin)), signer)
                .bytes()
                .toArray();
    }

    /**
     * A wish as the order that it would become, by nobody.
     *
     * @throws IllegalArgumentException if it is beyond the limits of the format
     */
    public static Order unsigned(Wish wish, Instant now) {
        return order(wish, "", now);
    }

    private static Order order(Wish wish, String author, Instant now) {
        return new Order(
                wish.action(),
                wish.service(),
                wish.site(),
                wish.node(),
                wish.reason(),
                author,
                now,
                Optional.ofNullable(wish.lasts()).map(now::plus),
                wish.ends(),
                new Order.Detail(wish.finer().endpoint(), wish.finer().over()));
    }

    /**
     * A signed order that somebody gives this node.
     *
     * @param record the record
     * @param order what it says
     */
    public record Given(EncodedRecord record, Order order) {}

    /**
     * Reads one.
     *
     * @throws MalformedException saying what is wrong with the bytes, or with the order
     */
    public static Given read(byte[] bytes) throws MalformedException {
        EncodedRecord record = EncodedRecord.decode(Bytes.wrap(bytes));
        if (!record.record().kind().equals(Kind.ORDER)) {
            throw new MalformedException("record of kind " + record.record().kind() + "; expected an order");
        }
        Order order = Order.decode(record.record().body());
        String problem = OrderAction.problem(order);
        if (problem != null) {
            throw new MalformedException("order: " + problem);
        }
        return new Given(record, order);
    }
}
