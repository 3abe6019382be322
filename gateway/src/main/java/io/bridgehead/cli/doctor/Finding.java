package io.bridgehead.cli.doctor;

/**
 * What a check found.
 *
 * @param check what was looked at, such as {@code dns}
 * @param about of what in particular, such as an address; empty for all of it
 * @param found how it is
 * @param remedy what to do; empty when nothing is to be done
 */
public record Finding(String check, Severity severity, String about, String found, String remedy) {
    /** How bad it is; only an error makes the command end with 1. */
    public enum Severity {
        /** As it should be. */
        OK,
        /** Not judged, or good to know. */
        NOTE,
        /** Works now, and will not under load or before long. */
        WARNING,
        /** Does not work. */
        ERROR
    }
}
