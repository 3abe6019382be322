package io.bridgehead.proxy;

import org.jspecify.annotations.Nullable;

/**
 * What endpoints are told of a client's certificate in {@code X-Forwarded-Client-Cert}, in the form and by the rules of Envoy.
 *
 * @param mode what becomes of the client's own field and of its certificate
 * @param details what the certificate says, such as {@code Hash=...;Subject="CN=shop";URI=...}, all but {@code By}; null when the
 *     client showed none
 */
public record ForwardedCertificate(Mode mode, @Nullable String details) {
    /** What becomes of the client's field and certificate; Envoy's names. Without a certificate only the last one passes anything on. */
    public enum Mode {
        /** The field is removed. */
        SANITIZE,
        /** The field is removed, and set when there is a certificate. */
        SANITIZE_SET,
        /** The certificate is added to what the client's field says. */
        APPEND_FORWARD,
        /** The field is passed on as it is, when there is a certificate. */
        FORWARD_ONLY,
        /** The field is passed on as it is, whoever wrote it. */
        ALWAYS_FORWARD_ONLY
    }

    /** Whether what the client's field says matters. */
    boolean keepsClaims() {
        return mode == Mode.ALWAYS_FORWARD_ONLY
                || (details != null && (mode == Mode.APPEND_FORWARD || mode == Mode.FORWARD_ONLY));
    }

    /** The element for this certificate, or null when none is added. */
    @Nullable
    String element(String by) {
        boolean added = details != null && (mode == Mode.SANITIZE_SET || mode == Mode.APPEND_FORWARD);
        return added ? "By=" + by + ";" + details : null;
    }
}
