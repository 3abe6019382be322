package io.bridgehead.sync;

/**
 * What a node has answered since it started from its own site, for its own clients and for other sites, or refused.
 *
 * @param requests exchanges that have ended
 * @param failed those of them that a gateway refused or that ended with a status of 500 or above
 */
public record Traffic(long requests, long failed) {
    public static final Traffic NONE = new Traffic(0, 0);
}
