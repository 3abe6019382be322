package io.bridgehead.config;

import org.jspecify.annotations.Nullable;

/**
 * How the node's log is written.
 *
 * @param priority whether each line begins with its priority as journald reads it
 * @param level the least severe message; null for that of the process's environment
 */
public record NodeLines(boolean priority, @Nullable Level level) {
    /** How severe a message is, the least severe last. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
