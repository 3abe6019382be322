package io.bridgehead.cluster.api;

/** Why a record was not taken, as a word that stays the same: a label of meters and a column of {@code status}. */
public enum Fault {
    /** Bytes that are no record. */
    MALFORMED("malformed"),
    /** A record that does not fit its kind, or a bound of the store. */
    MISFIT("misfit"),
    /** Its signature does not belong to it. */
    SIGNATURE("signature"),
    /** Its signer's chain does not lead to this node's bundle, or is no X.509-SVID of its trust domain. */
    CERTIFICATE("certificate"),
    /** Its signer's certificate has expired since; whoever took it before keeps it, and may vouch for it. */
    EXPIRED("certificate-expired"),
    /** Its signer is not who it names as its origin, or speaks for somebody else. */
    ORIGIN("origin"),
    /** This node does not let its signer publish such a thing. */
    NOT_GRANTED("not-granted"),
    /** Its signer is a site or node that an operator has removed from the fabric. */
    QUARANTINED("quarantined"),
    /** It is stamped later than this node's clock allows. */
    AHEAD("stamp-ahead"),
    /** A health message that is too old to be news. */
    STALE("stale"),
    /** Its origin or its carrier sends more than it may. */
    TOO_MUCH("too-much"),
    /** This node cannot keep it now. */
    NOT_KEPT("not-kept"),
    /** Anything else. */
    REFUSED("refused");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** The word. */
    public String text() {
        return text;
    }
}
