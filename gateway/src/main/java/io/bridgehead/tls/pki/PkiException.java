package io.bridgehead.tls.pki;

import org.jspecify.annotations.Nullable;

/** The authority could not do what was asked. The message is for people: what, found, expected, what to do. */
public final class PkiException extends Exception {
    private static final long serialVersionUID = 1L;

    PkiException(String message) {
        this(message, null);
    }

    PkiException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
