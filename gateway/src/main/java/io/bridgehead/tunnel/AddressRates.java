package io.bridgehead.tunnel;

import io.bridgehead.model.SpiffeId;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often one address, or one identity that was proved, may ask for an identity: {@value #BURST} times at once, then every {@value #SECONDS}
 * s; IPv6 addresses of one /64 count as one. They share a fixed number of places, so that strangers cannot make it grow; which places is
 * decided by a secret, so that nobody can choose whose turns to take. Any thread.
 */
final class AddressRates {
    static final int BURST = 10;
    static final int SECONDS = 6;
    private static final int PLACES = 4096;
    private static final long STEP_NANOS = SECONDS * 1_000_000_000L;
    private static final int NETWORK_BYTES = 8;

    private final long secret;

    /** For each place when it is as good as new, as the generic cell rate algorithm has it; 0 for never used. */
    private final AtomicLongArray free = new AtomicLongArray(PLACES);

    /** @param secret random */
    AddressRates(long secret) {
        this.secret = secret;
    }

    /** Takes one of the address's turns if there is one; {@code now} is any clock that does not go back. */
    boolean take(InetAddress address, long now) {
        byte[] bytes = address.getAddress();
        return take(place(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes), now);
    }

    /** Takes one of the identity's turns if there is one. */
    boolean take(SpiffeId id, long now) {
        return take(place(id.toString().getBytes(StandardCharsets.UTF_8)), now);
    }

    private boolean take(int place, long now) {
        while (true) {
            long known = free.get(place);
            long ahead = known == 0 ? 0 : Math.max(0, known - now);
            if (ahead > (BURST - 1) * STEP_NANOS) {
                return false;
            }
            long next = now + ahead + STEP_NANOS;
            if (free.compareAndSet(place, known, next == 0 ? 1 : next)) {
                return true;
            }
        }
    }

    /** Where somebody counts. */
    int place(byte[] who) {
        long hash = secret;
        for (byte one : who) {
            hash = mixed(hash ^ (one & 0xff));
        }
        return (int) Long.remainderUnsigned(mixed(hash + secret), PLACES);
    }

    /** Stafford's thirteenth variant of the finalizer of MurmurHash3: every bit depends on all. */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
