package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;

/** What a {@link Pump} tells its user, after it has acted. */
public interface PumpEvents {
    /** The source ended and the sink was told so. */
    void onEnded(Pump pump);

    /** The source was reset and the sink as well. */
    void onReset(Pump pump, StreamReset reset);

    /** Trailers are about to be passed on; they may be changed. */
    default void onTrailers(HeaderFields trailers) {}
}
