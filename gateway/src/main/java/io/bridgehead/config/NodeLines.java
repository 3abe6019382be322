package io.bridgehead.config;

/**
 * How the node's log is written.
 *
 * @param priority whether each line begins with its priority as journald reads it
 */
public record NodeLines(boolean priority) {}
