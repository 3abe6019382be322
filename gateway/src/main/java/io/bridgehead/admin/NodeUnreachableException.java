package io.bridgehead.admin;

import java.io.IOException;
import java.nio.file.Path;

/** Nobody answers on a node's admin socket. */
public final class NodeUnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    NodeUnreachableException(Path socket, IOException cause) {
        super(
                "no node answers on " + socket + " (" + cause.getMessage()
                        + "); is it running? --socket or BRIDGEHEAD_SOCKET names another socket",
                cause);
    }
}
