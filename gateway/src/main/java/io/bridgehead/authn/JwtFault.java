package io.bridgehead.authn;

/** What is wrong with a token, or with the lack of one. The words stay: metrics, logs and clients see them. */
public enum JwtFault {
    MISSING("missing", "a token is needed"),
    SEVERAL("several", "the request has more than one token"),
    TOO_LONG("too-long", "the token is too long"),
    MALFORMED("malformed", "the token is no signed JSON Web Token with the claims that it needs"),
    ALGORITHM("algorithm", "the token is signed with an algorithm that is not taken"),
    CRITICAL("critical", "the token has header parameters that must be understood and are not"),
    ISSUER("issuer", "the token is of an issuer that is not taken here"),
    AUDIENCE("audience", "the token is for somebody else"),
    EXPIRED("expired", "the token has expired"),
    NOT_YET("not-yet", "the token is not valid yet"),
    KEY("key", "the token is signed with a key that its issuer does not have"),
    NO_KEYS("no-keys", "the keys of the token's issuer are not known yet"),
    SIGNATURE("signature", "the token's signature is wrong"),
    CLAIM("claim", "a claim of the token cannot be used"),
    BUSY("busy", "too many tokens wait to be verified");

    private final String text;
    private final String words;

    JwtFault(String text, String words) {
        this.text = text;
        this.words = words;
    }

    /** One word, for programs. */
    public String text() {
        return text;
    }

    /** For the client to read; says nothing of the inside. ASCII without quotes, as RFC 6750, section 3, asks of {@code error_description}. */
    public String words() {
        return words;
    }

    /** Whether another set of keys may change it. */
    boolean mayBeOldKeys() {
        return this == KEY || this == NO_KEYS;
    }
}
