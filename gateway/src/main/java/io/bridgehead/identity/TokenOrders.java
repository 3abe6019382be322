package io.bridgehead.identity;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Judges orders about tokens: who signed, whether they may, and that each is done once. Any thread. */
public final class TokenOrders {
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int REMEMBERED_MAX = 10_000;

    private final LiveTls live;
    private final Predicate<SpiffeId> mayOrder;
    private final Clock clock;
    private final ConcurrentHashMap<String, Instant> done = new ConcurrentHashMap<>();

    /** @param mayOrder whether an identity may give orders at this node */
    public TokenOrders(LiveTls live, Predicate<SpiffeId> mayOrder, Clock clock) {
        this.live = live;
        this.mayOrder = mayOrder;
        this.clock = clock;
    }

    /** An order that may be done, and who gave it. */
    public record Judged(TokenOrder order, SpiffeId author) {}

    /**
     * Takes an order; the same one a second time is refused.
     *
     * @throws IllegalArgumentException if it is none
     * @throws CertificateException if its signer is not known or may not
     * @throws SignatureException if it was not signed so, not for this node, or not now
     */
    public Judged judge(byte[] sent) throws CertificateException, SignatureException {
        Lines envelope = Lines.parse(sent);
        byte[] bytes = envelope.bytes("order");
        Instant now = clock.instant();
        List<X509Certificate> chain = RecordSigner.chainOf(envelope.allBytes("chain"));
        SpiffeId author = RecordSigner.verify(
                bytes, envelope.bytes("signature"), chain, live.current().validator(), now);
        if (!mayOrder.test(author)) {
            throw new CertificateException("signed by " + author
                    + "; expected an operator that trust.publishers names without sources and documents");
        }
        Lines order = Lines.parse(bytes);
        if (!order.one("purpose").equals(TokenOrder.PURPOSE)) {
            throw new SignatureException("found something else that was signed; expected an order about tokens");
        }
        String self = live.current().material().id().toString();
        if (!order.one("for").equals(self)) {
            throw new SignatureException("found an order for " + order.one("for") + "; expected one for " + self);
        }
        Instant at = Instant.ofEpochMilli(order.number("at"));
        if (Duration.between(at, now).abs().compareTo(FRESH) > 0) {
            throw new SignatureException(
                    "found an order of " + at + "; expected one of the last minute: compare clocks");
        }
        requireNew(order.one("nonce"), now);
        return new Judged(TokenOrder.of(order), author);
    }

    private void requireNew(String nonce, Instant now) throws SignatureException {
        done.values().removeIf(at -> at.plus(FRESH).plus(FRESH).isBefore(now));
        if (done.size() >= REMEMBERED_MAX || done.putIfAbsent(nonce, now) != null) {
            throw new SignatureException(
                    "found an order that was done before, or too many of them; expected a new one");
        }
    }
}
