package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import java.io.PrintWriter;

/** Why a command ends without having done its work: an exit code, and a message that says what to do next. */
final class Failure extends RuntimeException {
    /** What the user gave has a problem. */
    static final int PROBLEM = 1;
    /** The command was used wrongly. */
    static final int USAGE = 2;
    /** The node does not answer. */
    static final int UNREACHABLE = 3;
    /** The node refused: a conflict, or policy. */
    static final int REFUSED = 4;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /** Tells why a command ended, and gives its exit code. */
    static int report(Exception problem, PrintWriter err) {
        if (problem instanceof Failure failure) {
            err.println(failure.getMessage());
            return failure.exitCode;
        }
        if (problem instanceof NodeUnreachableException) {
            err.println("bridgehead: " + problem.getMessage());
            return UNREACHABLE;
        }
        err.println("bridgehead: " + problem);
        if (System.getenv("BRIDGEHEAD_STACKTRACE") != null) {
            problem.printStackTrace(err);
        }
        return PROBLEM;
    }
}
