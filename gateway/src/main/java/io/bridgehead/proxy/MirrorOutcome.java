package io.bridgehead.proxy;

/** What became of a copy of a request that a rule sends to another service. */
public enum MirrorOutcome {
    /** It was sent whole, and answered in whatever way. */
    ANSWERED,
    /** It broke off, was not answered in time, or there was nowhere to send it. */
    FAILED,
    /**
     * It was given up here: its service does not let the caller in or is above a rate limit, its place took too little of it, too many were under
     * way, or the request itself broke off.
     */
    DROPPED
}
