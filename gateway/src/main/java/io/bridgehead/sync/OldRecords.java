package io.bridgehead.sync;

import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Records that came to this node after their signer's certificate had expired, by their names: those that it would take if a node of {@code
 * trust.vouchers} said that it took them in time, and those that one said so of. Bounded: of more than {@link #NAMES_MAX} the oldest
 * are forgotten, and wanted again when they come again. <b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class OldRecords {
    static final int NAMES_MAX = 10_000;

    private final List<IdentityPattern> vouchers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Sha256> wanted = new LinkedHashSet<>();
    private final Set<Sha256> vouched = new LinkedHashSet<>();

    /** @param vouchers whose word is taken; empty for nobody's */
    public OldRecords(List<IdentityPattern> vouchers) {
        this.vouchers = List.copyOf(vouchers);
    }

    /** Whether a node's word is taken. Operators sign for themselves and vouch for nothing. */
    boolean trusts(SpiffeId witness) {
        return witness.gatewayNode() != null && vouchers.stream().anyMatch(pattern -> pattern.matches(witness));
    }

    /** Whether anybody's word would be taken. */
    boolean hasVouchers() {
        return !vouchers.isEmpty();
    }

    /** Whether somebody vouched for a record; if not, it is asked for from now on. */
    boolean isVouchedElseWanted(Sha256 record) {
        lock.lock();
        try {
            if (vouched.contains(record)) {
                return true;
            }
            if (hasVouchers()) {
                add(wanted, record);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    boolean isVouched(Sha256 record) {
        lock.lock();
        try {
            return vouched.contains(record);
        } finally {
            lock.unlock();
        }
    }

    /** What to ask for, at most so many. */
    List<Sha256> wanted(int max) {
        lock.lock();
        try {
            return wanted.stream().limit(max).toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A node whose word is taken vouched for these. What nobody asked for is not remembered.
     *
     * @return how many are news
     */
    int vouched(Collection<Sha256> records) {
        lock.lock();
        try {
            int news = 0;
            for (Sha256 record : records) {
                if (wanted.remove(record)) {
                    add(vouched, record);
                    news++;
                }
            }
            return news;
        } finally {
            lock.unlock();
        }
    }

    private static void add(Set<Sha256> names, Sha256 name) {
        if (names.add(name) && names.size() > NAMES_MAX) {
            names.remove(names.iterator().next());
        }
    }
}
