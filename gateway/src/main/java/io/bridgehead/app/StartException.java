package io.bridgehead.app;

import java.util.List;

/** A node could not start; every reason is a line for people that says what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    /** For these reasons. */
    public StartException(List<String> reasons) {
        super(String.join("\n", reasons));
    }

    /** Every reason. */
    List<String> reasons() {
        return List.of(String.valueOf(getMessage()).split("\n", -1));
    }

    StartException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
