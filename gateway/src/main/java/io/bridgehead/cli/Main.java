package io.bridgehead.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The {@code bridgehead} program. It names nothing of picocli's: what an installed node is started with, {@code run --config FILE}, is understood
 * here, because the making of a command line takes a fifth of the Java code's time until a node serves. Everything else is left to {@link Commands}.
 */
public final class Main {
    private Main() {}

    /** Runs a command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    /** Runs a command line; what it answers goes to {@code out}, errors to {@code err}. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        Path config = plainRun(args);
        if (config == null) {
            return Commands.execute(out, err, args);
        }
        try {
            return Serving.serve(config);
        } catch (InterruptedException | RuntimeException e) {
            return Failure.report(e, err);
        }
    }

    /** The configuration of a node that is to be run, when nothing else is said. */
    static @Nullable Path plainRun(String... args) {
        boolean plain = args.length == 3
                && args[0].equals("run")
                && (args[1].equals("--config") || args[1].equals("-c"))
                && !args[2].isEmpty()
                && "-@\"'".indexOf(args[2].charAt(0)) < 0;
        try {
            return plain ? Path.of(args[2]) : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
