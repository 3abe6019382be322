package io.bridgehead.sync;

import io.bridgehead.model.NodeName;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many bytes of questions that are not answered yet this node holds for each peer: one that asks without end pins no more, and keeps no
 * other peer from asking. Threads: any.
 */
final class QuestionBudget {
    /** What a question costs beside its own bytes. */
    static final int QUESTION_BYTES = 1024;

    private static final long BYTES_MAX = 64L << 20;

    private final ConcurrentMap<NodeName, Long> held = new ConcurrentHashMap<>();
    private final long bytesMax;

    /** Of one peer: three questions of the largest size, and many small ones. */
    QuestionBudget() {
        this(BYTES_MAX);
    }

    QuestionBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes so many bytes for a peer, if they are there. */
    boolean take(NodeName peer, long bytes) {
        while (true) {
            Long had = held.get(peer);
            long next = (had == null ? 0 : had) + bytes;
            if (next > bytesMax) {
                return false;
            }
            if (had == null ? held.putIfAbsent(peer, next) == null : held.replace(peer, had, next)) {
                return true;
            }
        }
    }

    /** Gives them back. */
    void give(NodeName peer, long bytes) {
        held.computeIfPresent(peer, (_, had) -> had <= bytes ? null : Long.valueOf(had - bytes));
    }

    /** What is held for a peer now. */
    long held(NodeName peer) {
        return held.getOrDefault(peer, 0L);
    }
}
