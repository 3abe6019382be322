package io.bridgehead.authn;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import java.security.SignatureException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node's statements on one event loop, and gives each out again for a while: one signature serves all requests of a caller to a
 * service at a site, for {@value #REUSE_SECONDS} s. When more than {@value #RENEWALS_PER_SECOND} have been signed in a second, those that are there
 * serve up to {@value #REUSE_SECONDS_MAX} s, also those of the revision before: all callers at once would be more than the other end can look at. What
 * is not there yet is signed in any case.
 *
 * <p><b>Limits</b>: {@value #KEPT_MAX} statements are kept; the one that was not asked for the longest goes first. New key material ends all.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class OriginIssuer {
    static final int REUSE_SECONDS = 10;
    static final int REUSE_SECONDS_MAX = 30;
    static final int RENEWALS_PER_SECOND = 50;
    static final int KEPT_MAX = 4096;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LiveTls live;
    private final Origins.Clock clock;
    private final OriginObserver observer;
    private final Map<Key, Issued> kept = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable OriginSigner signer;
    private long generation;
    private long second;
    private int signedInSecond;

    /** @param live whose material signs, always the current one */
    public OriginIssuer(LiveTls live, Origins.Clock clock, OriginObserver observer) {
        this.live = live;
        this.clock = clock;
        this.observer = observer;
    }

    /**
     * What is said, but for when.
     *
     * @param proof how the caller was proved, in a word
     */
    public record Subject(SpiffeId caller, String proof, String service, SiteName destination, String revision) {}

    /** A subject but for the revision. */
    private record Key(SpiffeId caller, String proof, String service, SiteName destination) {}

    /** A statement as it is sent. */
    public static final class Issued {
        private final byte[] text;
        private final String revision;
        private final long atNanos;
        private final long generation;

        private Issued(byte[] text, String revision, long atNanos, long generation) {
            this.text = text;
            this.revision = revision;
            this.atNanos = atNanos;
            this.generation = generation;
        }

        /** A compact JWS; not to be changed. */
        public byte[] text() {
            return text;
        }
    }

    /** Whether a statement can be sent once more without asking for another. */
    public boolean isFresh(Issued issued) {
        return issued.generation == live.current().materialNumber()
                && clock.nanoTime() - issued.atNanos < REUSE_SECONDS * SECOND;
    }

    /** A statement to send now; null when the key fails. */
    public @Nullable Issued issue(Subject subject) {
        LiveTls.Generation current = live.current();
        OriginSigner with = signer;
        if (with == null || generation != current.materialNumber()) {
            with = new OriginSigner(current.material());
            signer = with;
            generation = current.materialNumber();
            kept.clear();
        }
        long now = clock.nanoTime();
        boolean renews = mayRenew(now);
        long reuse = (renews ? REUSE_SECONDS : REUSE_SECONDS_MAX) * SECOND;
        Key key = new Key(subject.caller, subject.proof, subject.service, subject.destination);
        Issued known = kept.get(key);
        boolean serves =
                known != null && now - known.atNanos < reuse && (!renews || known.revision.equals(subject.revision));
        return serves ? known : sign(key, subject.revision, with, now);
    }

    private boolean mayRenew(long now) {
        long current = Math.floorDiv(now, SECOND);
        if (current != second) {
            second = current;
            signedInSecond = 0;
        }
        return signedInSecond < RENEWALS_PER_SECOND;
    }

    private @Nullable Issued sign(Key subject, String revision, OriginSigner with, long now) {
        long issued = clock.epochSeconds();
        OriginStatement statement = new OriginStatement(
                with.id(),
                subject.caller,
                subject.proof,
                subject.service,
                subject.destination,
                revision,
                issued,
                issued + OriginStatement.LIFETIME_SECONDS_MAX);
        signedInSecond++;
        try {
            Issued made = new Issued(with.sign(statement), revision, now, generation);
            kept.put(subject, made);
            if (kept.size() > KEPT_MAX) {
                kept.remove(kept.keySet().iterator().next());
            }
            return made;
        } catch (SignatureException e) {
            observer.originNotSigned(String.valueOf(e.getMessage()));
            return null;
        }
    }
}
