package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node gives identities at its tunnel port, how often one may ask, and how many may at once: {@value #EXCHANGES_MAX}, of which
 * those with a token are {@value #JOINS_MAX} at most, so that strangers cannot take the places of nodes that renew. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Enrolments {
    static final int EXCHANGES_MAX = 32;
    static final int JOINS_MAX = 24;
    private static final List<String> PEERS_ALONE = LocalEnd.ACCEPTED;
    private static final List<String> RENEWAL_TOO = Stream.concat(
                    LocalEnd.ACCEPTED.stream(), Stream.of(EnrolmentService.RENEW))
            .toList();

    private final AddressRates joins;
    private final AddressRates renewals;
    private final AtomicInteger exchanges = new AtomicInteger();
    private final AtomicInteger joining = new AtomicInteger();
    private volatile @Nullable EnrolmentService service;

    Enrolments() {
        SecureRandom random = new SecureRandom();
        joins = new AddressRates(random.nextLong());
        renewals = new AddressRates(random.nextLong());
    }

    void serve(EnrolmentService given) {
        service = given;
    }

    @Nullable
    EnrolmentService service() {
        return service;
    }

    /** Takes one of the turns of an address to show a token. */
    boolean mayJoin(InetAddress address, long now) {
        return joins.take(address, now);
    }

    /** Takes one of the turns of a node to renew its identity, wherever it comes from. */
    boolean mayRenew(SpiffeId id, long now) {
        return renewals.take(id, now);
    }

    /** Takes the place of one exchange if there is one; {@link #leave} gives it back. */
    boolean enter(boolean join) {
        if (join && !taken(joining, JOINS_MAX)) {
            return false;
        }
        boolean entered = taken(exchanges, EXCHANGES_MAX);
        if (join && !entered) {
            joining.decrementAndGet();
        }
        return entered;
    }

    /** How many of a kind at once. */
    int most(boolean join) {
        return join ? JOINS_MAX : EXCHANGES_MAX;
    }

    void leave(boolean join) {
        exchanges.decrementAndGet();
        if (join) {
            joining.decrementAndGet();
        }
    }

    private static boolean taken(AtomicInteger places, int most) {
        if (places.incrementAndGet() > most) {
            places.decrementAndGet();
            return false;
        }
        return true;
    }

    /** The application protocols for those who show a certificate. */
    List<String> protocols() {
        return service == null ? PEERS_ALONE : RENEWAL_TOO;
    }
}
