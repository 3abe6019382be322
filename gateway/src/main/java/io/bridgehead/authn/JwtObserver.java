package io.bridgehead.authn;

/** Is told of tokens that were judged and of keys that were read. Any thread; must not block. */
public interface JwtObserver {
    /** A request's token was found good. */
    void tokenAccepted(String issuer);

    /** A request was refused because of its token, or the lack of one; {@code issuer} is {@code unknown} where nobody's tokens are taken. */
    void tokenRefused(String issuer, JwtFault fault);

    /** Keys were read that are others than before. */
    void keysTaken(String issuer, int keys, String source);

    /** Keys could not be read; those that were known stay. */
    void keysFailed(String issuer, String source, String detail);

    /** Tells nobody. */
    static JwtObserver silent() {
        return new JwtObserver() {
            @Override
            public void tokenAccepted(String issuer) {
                // silent
            }

            @Override
            public void tokenRefused(String issuer, JwtFault fault) {
                // silent
            }

            @Override
            public void keysTaken(String issuer, int keys, String source) {
                // silent
            }

            @Override
            public void keysFailed(String issuer, String source, String detail) {
                // silent
            }
        };
    }
}
