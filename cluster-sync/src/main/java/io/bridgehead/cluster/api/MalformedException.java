package io.bridgehead.cluster.api;

import java.io.IOException;

/** Bytes that are not what they claim to be: cut short, too long, of an unknown version, or not canonical. */
public final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }

    public MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
