package io.bridgehead.balance;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.random.RandomGenerator;

/** Each fit endpoint in turn. Begins at a random place, so that the loops of a node, and nodes, do not march in step. */
@OwnedBy(Owner.EVENT_LOOP)
public final class RoundRobin implements Picker {
    private int next;

    public RoundRobin(RandomGenerator random) {
        next = random.nextInt(1 << 30);
    }

    @Override
    public int pick(Candidates candidates) {
        int size = candidates.size();
        for (int i = 0; i < size; i++) {
            int index = Math.floorMod(next++, size);
            if (candidates.isFit(index)) {
                return index;
            }
        }
        return NONE;
    }
}
