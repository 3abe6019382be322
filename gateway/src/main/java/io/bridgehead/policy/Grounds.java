package io.bridgehead.policy;

/** What a policy's rules count as true when a node cannot judge it. */
enum Grounds {
    /** The policy grants: what is not known to fit does not, but for what the node of entry has judged already. */
    GRANT(false, true),
    /** The policy denies or audits: what is not known not to fit does, but for what the node of entry has judged already. */
    CATCH(true, false);

    private final boolean unseen;
    private final boolean elsewhere;

    Grounds(boolean unseen, boolean elsewhere) {
        this.unseen = unseen;
        this.elsewhere = elsewhere;
    }

    boolean grants() {
        return this == GRANT;
    }

    /** Of a request's parts, for a connection whose bytes are not looked at. */
    boolean unseen() {
        return unseen;
    }

    /** Of how the client connected, at a node where it did not. */
    boolean elsewhere() {
        return elsewhere;
    }
}
