package io.bridgehead.upstream.endpoint;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** Something that finds the addresses of a host name without blocking the caller. */
public interface NameLookup {
    /** Looks the name up; the answer comes once, on any thread, within a bound that the implementation states. */
    void lookup(String host, Answer answer);

    /** What became of a lookup. */
    interface Answer {
        /**
         * Addresses, in any order.
         *
         * @param life how long the answer holds; asked again after it
         */
        void found(List<InetAddress> addresses, Duration life);

        /** @param problem what went wrong, in words for people */
        void failed(String problem);
    }
}
