package io.bridgehead.identity;

import java.util.Locale;

/** Why an authority gave no identity. */
public enum EnrolmentRefusal {
    /** The request was not one: too long, cut off, or of another form. */
    MALFORMED("make the request with 'bridgehead join' of this version"),
    /** One address asked too often. */
    RATE_LIMITED("wait a minute and try again"),
    /** There is no such token here, or its secret is another. */
    TOKEN_UNKNOWN("use the token as 'bridgehead token create' printed it, in the fabric that it was made for"),
    /** The token's time is over. */
    TOKEN_EXPIRED("have another one made with 'bridgehead token create'"),
    /** The token has been used. */
    TOKEN_USED(
            "have another one made with 'bridgehead token create'; if nobody of yours used it, quarantine that node"),
    /** An operator has taken the token back. */
    TOKEN_REVOKED("have another one made with 'bridgehead token create'"),
    /** The certificate request is not signed by its key, or asks for something else than one SPIFFE ID. */
    REQUEST_INVALID("make the request with 'bridgehead join' of this version"),
    /** The identity is not one that the token, or the certificate shown, is good for. */
    IDENTITY_NOT_ALLOWED("ask for the site and node that the token names"),
    /** Another node has the name. */
    NAME_TAKEN("choose another --node; to replace that node, have a token made with 'token create --name'"),
    /** The certificate shown is not the last that the name was given: another machine has the name since, or another certificate. */
    SUPERSEDED(
            "if this machine shall have the name, have a token made with 'token create --name' and use 'join --again'"),
    /** The authority could not do it now. */
    UNAVAILABLE("try again; the log of the node that issues says more");

    private final String remedy;

    EnrolmentRefusal(String remedy) {
        this.remedy = remedy;
    }

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
