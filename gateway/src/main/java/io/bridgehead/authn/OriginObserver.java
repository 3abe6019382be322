package io.bridgehead.authn;

import io.bridgehead.model.SpiffeId;

/** Is told what happened to statements of other gateways, in the past tense, on any event loop; must return at once. */
public interface OriginObserver {
    /** Nobody wants to know. */
    OriginObserver NONE = new OriginObserver() {};

    /** A request was refused for what its gateway says of the caller. */
    default void originRefused(SpiffeId peer, OriginFault fault, String detail) {}

    /**
     * A gateway's clock and this node's are further apart than they should be.
     *
     * @param aheadSeconds how far the gateway's is ahead; negative when behind
     */
    default void clockApart(SpiffeId peer, long aheadSeconds) {}

    /** A statement could not be signed, so that other sites will refuse the request. */
    default void originNotSigned(String reason) {}
}
