package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How a change is tried on some nodes before all have it. Refused where they would mean nothing. */
@OwnedBy(Owner.CONFINED)
final class StageOptions {
    /** Options that say how stages are watched. */
    static final Set<String> WATCHING = Set.of("--soak", "--failures-min", "--failures-rise", "--hold");
    /** Options of a change that begins. */
    static final Set<String> ALL =
            Set.of("--first", "--before", "--soak", "--failures-min", "--failures-rise", "--hold");

    private static final int SOAK_SECONDS_MAX = 86_400;
    private static final int BEFORE_SECONDS_MAX = 3_600;

    @Option(
            names = "--first",
            paramLabel = "NODE",
            description = "the node that tries a staged change first (default: the one that is asked)")
    private String first = "";

    @Option(
            names = "--soak",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long each stage of a staged change is watched, 1 to 86400 (default: ${DEFAULT-VALUE})")
    private int soakSeconds = 30;

    @Option(
            names = "--before",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "how long the fabric is watched before a staged change, to compare with, 0 to 3600 (default: ${DEFAULT-VALUE})")
    private int beforeSeconds = 10;

    @Option(
            names = "--failures-min",
            paramLabel = "COUNT",
            defaultValue = "10",
            description =
                    "a stage is stopped for failed exchanges only when there are so many (default: ${DEFAULT-VALUE})")
    private int failuresMin = 10;

    @Option(
            names = "--failures-rise",
            paramLabel = "POINTS",
            defaultValue = "5",
            description =
                    "a stage is stopped when the share of exchanges that are refused or answered with 5xx is more than so many"
                            + " percentage points above that of other nodes and of before (default: ${DEFAULT-VALUE})")
    private double failuresRise = 5;

    @Option(
            names = "--hold",
            description = "leave a staged change where it was stopped, instead of going back to what was served before")
    private boolean hold;

    /**
     * Refuses options beyond those that are looked at, and values out of range.
     *
     * @param usable those that are looked at
     * @param otherwise with what the others are looked at
     * @throws ParameterException naming the option, the value and what was expected
     */
    void require(CommandLine line, Set<String> usable, String otherwise) {
        for (String name : ALL) {
            if (!usable.contains(name) && line.getParseResult().hasMatchedOption(name)) {
                throw new ParameterException(line, name + " means nothing here; expected it " + otherwise);
            }
        }
        inRange(line, "--soak", soakSeconds, 1, SOAK_SECONDS_MAX);
        inRange(line, "--before", beforeSeconds, 0, BEFORE_SECONDS_MAX);
        inRange(line, "--failures-min", failuresMin, 1, Integer.MAX_VALUE);
        inRange(line, "--failures-rise", failuresRise, 0, 100);
    }

    private static void inRange(CommandLine line, String name, double value, double min, double max) {
        if (!(value >= min && value <= max)) {
            throw new ParameterException(
                    line, name + ": found " + plain(value) + ", expected " + plain(min) + " to " + plain(max));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    String first() {
        return first;
    }

    int soakSeconds() {
        return soakSeconds;
    }

    int beforeSeconds() {
        return beforeSeconds;
    }

    StageVerdict verdict() {
        return new StageVerdict(failuresMin, failuresRise);
    }

    boolean hold() {
        return hold;
    }
}
