package io.bridgehead.failover;

/** Why a site has the weight that it has. */
public enum Why {
    /** It serves all that comes to its tier, or its share of it. */
    SERVES("serves"),
    /** Sites before it in the order bear everything. */
    NOT_NEEDED("not needed: sites before it bear everything"),
    /** None of its endpoints is fit. */
    UNFIT("no endpoint is fit"),
    /** Its tunnels are lost. */
    DEAD("its tunnels are lost"),
    /** No tunnel to it has been opened. */
    UNREACHABLE("no tunnel to it is open"),
    /** Its tunnels are silent, and another site can serve. */
    SUSPECT("its tunnels are silent"),
    /** It has failed and is back, but not for long enough. */
    HELD("is back, and held down until it has been fit for long enough"),
    /** It has come back too often of late. */
    FLAPPING("has come and gone too often, and is held until its flap budget allows another return"),
    /** It is back for long enough, and waits for an operator to permit its return. */
    AWAITS_OPERATOR("is back, and waits for an operator to permit its return"),
    /** It takes its traffic back step by step. */
    RAMPS("takes its traffic back step by step"),
    /** It would not be used yet, but no other site can serve. */
    LAST_RESORT("serves because no other site can"),
    /** An operator drained it. */
    DRAINED("drained by an operator"),
    /** An operator removed it from the fabric. */
    QUARANTINED("quarantined by an operator"),
    /** An operator pinned the service to it. */
    PINNED("pinned by an operator"),
    /** An operator froze all weights. */
    FROZEN("frozen by an operator");

    private final String text;

    Why(String text) {
        this.text = text;
    }

    /** Whether an operator keeps all traffic from it. */
    public boolean isKeptAway() {
        return this == DRAINED || this == QUARANTINED;
    }

    /** Words for people, to follow the site's name. */
    public String text() {
        return text;
    }
}
