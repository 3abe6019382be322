package io.bridgehead.model;

/**
 * Why this node ended a connection that a peer opened. Meters and the log use {@link #text()}; docs/limits.md says which limit leads to
 * which reason.
 */
public enum CloseReason {
    /** The peer ended it, or it was lost; this node had no reason of its own. */
    PEER("peer"),
    /** Nothing was left to do on it: the last answer has been sent and one side had asked for no more. */
    DONE("done"),
    /** No request for too long. */
    IDLE("idle"),
    /** A request head was not complete in time. */
    HEAD_TIMEOUT("head-timeout"),
    /** HTTP/2: the preface and the first SETTINGS did not come in time. */
    PREFACE_TIMEOUT("preface-timeout"),
    /** HTTP/1.1: a request body came too slowly. */
    BODY_TIMEOUT("body-timeout"),
    /** HTTP/1.1: a request was malformed or too large, so that nobody knows where the next one begins. */
    BAD_REQUEST("bad-request"),
    /** HTTP/2: frames against the protocol. */
    PROTOCOL_ERROR("protocol-error"),
    /** HTTP/2: more frames that carry nothing than useful work warrants. */
    FRAME_FLOOD("frame-flood"),
    /** HTTP/2: more resets than one connection may make or provoke. */
    RESET_FLOOD("reset-flood"),
    /** HTTP/2: more resets than all connections from one address may make or provoke. */
    ADDRESS_RESETS("address-resets"),
    /** The peer lets acknowledgements or a last answer wait unread. */
    UNREAD("unread"),
    /** The node ends connections because it has too little of something left. */
    OVERLOADED("overloaded"),
    /** TCP: the endpoint ended it, or was lost. */
    ENDPOINT("endpoint"),
    /** TCP: the tunnel that carried it was lost. */
    TUNNEL_LOST("tunnel-lost"),
    /** TCP: no endpoint could be connected to. */
    CONNECT_FAILED("connect-failed"),
    /** TCP: no service, policy or a limit of the node stood against it. */
    REFUSED("refused"),
    /** It was as old as a connection may become. */
    AGE("age"),
    /** The port was closed or changed, or the node stops. */
    DRAINED("drained");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return text;
    }
}
