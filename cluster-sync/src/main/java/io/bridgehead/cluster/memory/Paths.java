package io.bridgehead.cluster.memory;

import java.util.concurrent.Executor;

/**
 * What lies between the nodes of a {@link MemoryHub}: which way is open, and how long a message takes. Threads: any.
 */
public interface Paths {
    /** True while messages of {@code from} arrive at {@code to}; the other direction is a path of its own. */
    boolean open(String from, String to);

    /** Carries a message on an open path: runs {@code delivery} when it arrives, or never when it is lost. */
    void carry(String from, String to, Runnable delivery);

    /** Every way is open, and what is sent is delivered by {@code executor}. */
    static Paths whole(Executor executor) {
        return new Paths() {
            @Override
            public boolean open(String from, String to) {
                return true;
            }

            @Override
            public void carry(String from, String to, Runnable delivery) {
                executor.execute(delivery);
            }
        };
    }
}
