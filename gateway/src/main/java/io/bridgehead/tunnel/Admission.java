package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which loop an accepted connection lives on, and whether it may live at all: the loop with the fewest connections from the same IP
 * address, because the peer is not known before TLS; bounded per address, and in all while they have not said hello.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Admission {
    private final List<Loop> loops;
    private final int perAddressMax;
    private final int handshakesMax;
    private final Map<String, int[]> byAddress = new HashMap<>();
    private final int[] total;
    private int handshakes;

    Admission(List<Loop> loops, int perAddressMax, int handshakesMax) {
        this.loops = loops;
        this.perAddressMax = perAddressMax;
        this.handshakesMax = handshakesMax;
        this.total = new int[loops.size()];
    }

    /** The loop for a connection from this address, or null when there are too many. */
    @Nullable
    Loop admit(String ip) {
        int[] counts = byAddress.computeIfAbsent(ip, _ -> new int[loops.size()]);
        int sum = 0;
        int best = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            boolean fewer = counts[i] < counts[best];
            if (fewer || (counts[i] == counts[best] && total[i] < total[best])) {
                best = i;
            }
        }
        if (sum >= perAddressMax || handshakes >= handshakesMax) {
            if (sum == 0) {
                byAddress.remove(ip);
            }
            return null;
        }
        counts[best]++;
        total[best]++;
        handshakes++;
        return loops.get(best);
    }

    /** A connection said hello, or ended without. Once for each admitted one. */
    void handshakeOver() {
        handshakes--;
    }

    /** A connection ended. Once for each admitted one. */
    void left(String ip, Loop loop) {
        int[] counts = Objects.requireNonNull(byAddress.get(ip), ip);
        counts[loop.index()]--;
        total[loop.index()]--;
        boolean none = true;
        for (int count : counts) {
            none &= count == 0;
        }
        if (none) {
            byAddress.remove(ip);
        }
    }
}
