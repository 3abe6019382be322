package io.bridgehead.authn;

import io.bridgehead.limit.TokenBucket;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.PeerKeys;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes statements of other gateways on one event loop. One that was found good is known by its text until its time is over, so that its
 * signature is checked once, whatever the number of requests and connections that bring it.
 *
 * <p><b>Limits</b>: {@value #KEPT_MAX} statements are known; the one that did not come for the longest goes first. What a peer may have looked at is
 * bounded: {@value #LOOKS_PER_SECOND} signatures a second, and {@value #FORGED_PER_SECOND} a second that turn out to be forged; what is beyond is
 * taken for what the peer said of the same caller before, while that is good, and refused otherwise. What is refused for another reason costs no
 * signature and counts for nothing, since clients may be its cause. What a key has signed is worth nothing as soon as its certificate is not trusted.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class OriginIntake {
    static final int KEPT_MAX = 4096;
    static final int LOOKS_PER_SECOND = 500;
    static final int LOOKS_BURST = 2000;
    static final int FORGED_PER_SECOND = 1;
    static final int FORGED_BURST = 20;
    static final int SKEW_SECONDS = 10;

    private static final int PEERS_MAX = 1024;

    private final OriginVerifier verifier;
    private final Origins.Clock clock;
    private final OriginObserver observer;
    private final Map<Text, Known> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Said, Known> newest = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<SpiffeId, Budget> budgets = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param site of this node
     * @param trust which site may speak for whom
     */
    public OriginIntake(SiteName site, SpeaksFor trust, Origins.Clock clock, OriginObserver observer) {
        this.verifier = new OriginVerifier(site, trust);
        this.clock = clock;
        this.observer = observer;
    }

    /** Texts are compared as a whole, so that no two are ever taken for each other. */
    private static final class Text {
        private final byte[] bytes;
        private final int hash;

        Text(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * A statement that was found good.
     *
     * @param by the key that signed it
     * @param untilNanos when its time is over, on the loop's clock
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(byte[] text, OriginStatement statement, PeerKeys.Shown by, long untilNanos) {}

    /** What a statement says, but for when it was said and by which revision. */
    private record Said(SpiffeId issuer, SpiffeId caller, String proof, String service, SiteName destination) {
        static Said in(OriginStatement statement) {
            return new Said(
                    statement.issuer(),
                    statement.caller(),
                    statement.proof(),
                    statement.service(),
                    statement.destination());
        }
    }

    private boolean holds(Known known) {
        return known.untilNanos - clock.nanoTime() > 0 && known.by.isGood();
    }

    private void keep(Known fresh) {
        kept.put(new Text(fresh.text), fresh);
        newest.put(Said.in(fresh.statement), fresh);
        if (kept.size() > KEPT_MAX) {
            kept.remove(kept.keySet().iterator().next());
        }
        if (newest.size() > KEPT_MAX) {
            newest.remove(newest.keySet().iterator().next());
        }
    }

    /** The statements of one connection. */
    public Peer from(SpiffeId peer, PeerKeys keys) {
        return new Peer(peer, keys);
    }

    private Budget budget(SpiffeId peer) {
        Budget budget = budgets.computeIfAbsent(peer, _ -> new Budget(clock.nanoTime()));
        if (budgets.size() > PEERS_MAX) {
            budgets.remove(budgets.keySet().iterator().next());
        }
        return budget;
    }

    /** What one peer may have looked at on this loop. */
    private static final class Budget {
        private final TokenBucket looks;
        private final TokenBucket forged;

        Budget(long now) {
            looks = new TokenBucket(LOOKS_PER_SECOND, LOOKS_BURST, now);
            forged = new TokenBucket(FORGED_PER_SECOND, FORGED_BURST, now);
        }

        boolean tryLook(long now) {
            return forged.nanosToNext(now) == 0 && looks.tryTake(now);
        }
    }

    /** One gateway at the other end of one connection. */
    @OwnedBy(Owner.EVENT_LOOP)
    public final class Peer implements OriginVerifier.Looks {
        private final SpiffeId id;
        private final PeerKeys keys;
        private final Budget budget;
        private byte[] last = {};
        private @Nullable Known lastKnown;
        private @Nullable OriginStatement asked;
        private PeerKeys.@Nullable Shown askedBy;

        private Peer(SpiffeId id, PeerKeys keys) {
            this.id = id;
            this.keys = keys;
            this.budget = budget(id);
        }

        /** The text that was taken last; empty at first. */
        public byte[] lastText() {
            return last;
        }

        /** What {@link #lastText} says, if its time is not over yet and its key trusted; else null. */
        public @Nullable OriginStatement last() {
            Known known = lastKnown;
            return known != null && holds(known) ? known.statement : null;
        }

        @Override
        public boolean mayLook(OriginStatement statement, PeerKeys.Shown key) {
            asked = statement;
            askedBy = key;
            return budget.tryLook(clock.nanoTime());
        }

        /** Takes a statement, or tells the observer why not. What was taken, perhaps an older one that says the same, is {@link #lastText} then. */
        public OriginVerdict take(byte[] text) {
            Known known = kept.get(new Text(text));
            if (known != null && known.statement.issuer().equals(id) && holds(known)) {
                return good(known);
            }
            long now = clock.epochSeconds();
            asked = null;
            return switch (verifier.judge(text, id, keys, now, this)) {
                case OriginVerdict.Good(OriginStatement statement) -> {
                    compareClocks(statement, now);
                    long left = statement.expires() + OriginVerifier.LEEWAY_SECONDS + 1 - now;
                    long until = clock.nanoTime() + TimeUnit.SECONDS.toNanos(left);
                    Known fresh = new Known(text, statement, Objects.requireNonNull(askedBy), until);
                    keep(fresh);
                    yield good(fresh);
                }
                case OriginVerdict.Refused(OriginFault fault, String detail) -> {
                    if (fault == OriginFault.SIGNATURE) {
                        budget.forged.tryTake(clock.nanoTime());
                    }
                    Known older = fault == OriginFault.TOO_MANY ? sameSaidBefore() : null;
                    yield older == null ? refused(fault, detail) : good(older);
                }
            };
        }

        /** Nobody gets more by a statement that was not looked at than by one that he has already. */
        private @Nullable Known sameSaidBefore() {
            OriginStatement statement = asked;
            Known older = statement == null ? null : newest.get(Said.in(statement));
            return older != null && holds(older) ? older : null;
        }

        private OriginVerdict good(Known known) {
            last = known.text;
            lastKnown = known;
            return new OriginVerdict.Good(known.statement);
        }

        /** A statement is refused, for this cause. */
        public OriginVerdict.Refused refused(OriginFault fault, String detail) {
            observer.originRefused(id, fault, detail);
            return new OriginVerdict.Refused(fault, "gateway " + id + " (" + fault.text() + "): " + detail);
        }

        private void compareClocks(OriginStatement statement, long now) {
            long ahead = statement.issued() - now;
            if (ahead > SKEW_SECONDS) {
                observer.clockApart(id, ahead);
            } else if (-ahead > OriginIssuer.REUSE_SECONDS_MAX + SKEW_SECONDS) {
                observer.clockApart(id, ahead + OriginIssuer.REUSE_SECONDS_MAX);
            }
        }
    }
}
