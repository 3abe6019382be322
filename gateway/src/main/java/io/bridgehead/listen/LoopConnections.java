package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The open connections of one listener on one loop. */
@OwnedBy(Owner.EVENT_LOOP)
final class LoopConnections {
    /** One connection, as far as its end matters. */
    interface Open {
        /** Takes nothing new and ends when what runs has ended. */
        void drain();

        /** Brings the end of its idle time forward, if it is idle, as the node's overload wants it. */
        default void hurryIdle() {}

        /** Ends at once. */
        void close();

        /** Ends if what it was admitted for does not hold any more. */
        default void recheck() {}

        /**
         * Another specification than the one that it came under is in force.
         *
         * @return false if it is to end after what it is at; true if it goes on as if it had come under this one
         */
        default boolean moveUnder(ListenerSpec next) {
            return false;
        }
    }

    private final Set<Open> open = new HashSet<>();
    private final Map<Open, ListenerSpec> specs = new HashMap<>();
    private boolean leaving;
    private boolean patient;

    /** @param under the specification that it is served by */
    void add(Open connection, ListenerSpec under) {
        open.add(connection);
        specs.put(connection, under);
    }

    void remove(Open connection) {
        open.remove(connection);
        specs.remove(connection);
    }

    /**
     * Those that are here end after what they are at, and who comes yet is to be brief. Once begun it is not begun again.
     *
     * @param patient whether idle ones are given time for one more request: the node is about to stop, and in no hurry
     */
    void leave(boolean patient) {
        if (!leaving) {
            leaving = true;
            this.patient = patient;
            drainAll();
        }
    }

    /** Whether one that waits for a request is given time for one more. */
    boolean isPatient() {
        return leaving && patient;
    }

    /** Whether who comes now is to be brief. */
    boolean isLeaving() {
        return leaving;
    }

    /** Has one end after what it is at, if it is still here. */
    void drain(Open connection) {
        if (open.contains(connection)) {
            connection.drain();
        }
    }

    void drainAll() {
        Set.copyOf(open).forEach(Open::drain);
    }

    /** Those that came under the specification in force stay, however soon they came. */
    void drainAllBut(ListenerSpec current) {
        Map.copyOf(specs).forEach((connection, under) -> {
            if (under.equals(current)) {
                return;
            }
            if (connection.moveUnder(current)) {
                specs.replace(connection, current);
            } else {
                connection.drain();
            }
        });
    }

    void hurryIdle() {
        Set.copyOf(open).forEach(Open::hurryIdle);
    }

    void recheckAll() {
        Set.copyOf(open).forEach(Open::recheck);
    }

    void closeAll() {
        Set.copyOf(open).forEach(Open::close);
    }
}
