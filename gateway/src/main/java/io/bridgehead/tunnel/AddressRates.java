package io.bridgehead.tunnel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often one address may ask for an identity: {@value #BURST} times at once, then every {@value #SECONDS} s; IPv6 addresses of one /64
 * count as one. Addresses share a fixed number of places, so that strangers cannot make it grow. Any thread.
 */
final class AddressRates {
    static final int BURST = 10;
    static final int SECONDS = 6;
    private static final int PLACES = 4096;
    private static final long STEP_NANOS = SECONDS * 1_000_000_000L;
    private static final int NETWORK_BYTES = 8;

    /** For each place when it is as good as new, as the generic cell rate algorithm has it; 0 for never used. */
    private final AtomicLongArray free = new AtomicLongArray(PLACES);

    /** Takes one of the address's turns if there is one; {@code now} is any clock that does not go back. */
    boolean take(InetAddress address, long now) {
        byte[] bytes = address.getAddress();
        int hash = Arrays.hashCode(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
        int place = Math.floorMod((hash * 0x9E3779B9) >>> 8, PLACES);
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
}
