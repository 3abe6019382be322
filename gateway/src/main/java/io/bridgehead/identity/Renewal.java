package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.identity.Registrar.Surroundings;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.SigningRequest;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Renews this node's identity after half of its time, with a new key, into its files, from which the node takes it up as any other change.
 *
 * <pre>WAITING --half of the time is over--> ASKING --granted--> WAITING; --failed--> WAITING, sooner</pre>
 *
 * <p><b>Threads</b>: {@link #tick} by one at a time, every second or so; the work is done where it may wait. {@link #state} from any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Renewal {
    /** A part of the time by which nodes that began together drift apart. */
    private static final double JITTER = 0.05;

    private static final int TRIES_PER_REST = 20;
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(10);

    private final IdentitySource source;
    private final MaterialFiles.Paths paths;
    private final LiveTls live;
    private final Surroundings around;
    private final double jitter;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile State state;

    /**
     * How it stands.
     *
     * @param next when the identity in force is renewed, or tried again to be
     * @param problem why it was not renewed when it was tried last; empty when it was
     */
    public record State(Instant next, String problem) {}

    public Renewal(IdentitySource source, MaterialFiles.Paths paths, LiveTls live, Surroundings around) {
        this.source = source;
        this.paths = paths;
        this.live = live;
        this.around = around;
        this.jitter = around.random().nextDouble() * JITTER;
        this.state = new State(due(live.current().material().leaf()), "");
    }

    /** How it stands now. */
    public State state() {
        return state;
    }

    /** Who renews, for people. */
    public String source() {
        return source.name();
    }

    /** Asks for the next identity if it is time. */
    public void tick() {
        if (!around.clock().instant().isBefore(state.next()) && asking.compareAndSet(false, true)) {
            around.blocking().execute(() -> {
                try {
                    ask();
                } finally {
                    asking.set(false);
                }
            });
        }
    }

    private void ask() {
        KeyMaterial current = live.current().material();
        Instant due = due(current.leaf());
        if (around.clock().instant().isBefore(due)) {
            // Somebody else has put another certificate there.
            state = new State(due, "");
            return;
        }
        try {
            KeyPair keys = SigningRequest.newKeys(around.random());
            Granted granted = source.next(current, SigningRequest.make(current.id(), keys));
            IdentityFiles.write(paths, keys.getPrivate(), granted);
            X509Certificate leaf = granted.chain().getFirst();
            state = new State(due(leaf), "");
            around.observer().identityRenewed(current.id(), leaf.getNotAfter().toInstant(), source.name());
        } catch (EnrolmentException e) {
            failed(current, e.refusal().text() + ": " + e.detail());
        } catch (IOException | PkiException | RuntimeException e) {
            failed(current, String.valueOf(e.getMessage()));
        }
    }

    private void failed(KeyMaterial current, String why) {
        Instant now = around.clock().instant();
        Duration rest = Duration.between(now, current.notAfter());
        Duration pause = rest.dividedBy(TRIES_PER_REST);
        pause = pause.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
        state = new State(now.plus(pause), why);
        around.observer().renewalFailed(why, current.notAfter());
    }

    private Instant due(X509Certificate leaf) {
        Instant begin = leaf.getNotBefore().toInstant();
        Duration whole = Duration.between(begin, leaf.getNotAfter().toInstant());
        return begin.plusMillis((long) (whole.toMillis() * (0.5 + jitter)));
    }
}
