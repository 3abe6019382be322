package io.bridgehead.admin;

import java.io.IOException;
import java.nio.file.Path;

/** Nobody answers where a node's admin API should be. */
public final class NodeUnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    NodeUnreachableException(Path socket, IOException cause) {
        this(
                "no node answers on " + socket + " (" + cause.getMessage()
                        + "); is it running? --socket or BRIDGEHEAD_SOCKET names another socket",
                cause);
    }

    /** @param message what was tried, what came of it, and what to do */
    public NodeUnreachableException(String message, IOException cause) {
        super(message, cause);
    }
}
