package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import picocli.CommandLine.Option;

/** How a change is tried on some nodes before all have it. */
@OwnedBy(Owner.CONFINED)
final class StageOptions {
    @Option(
            names = "--first",
            paramLabel = "NODE",
            description = "the node that tries a staged change first (default: the one that is asked)")
    private String first = "";

    @Option(
            names = "--soak",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long each stage of a staged change is watched (default: ${DEFAULT-VALUE})")
    private int soakSeconds = 30;

    @Option(
            names = "--before",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "how long the fabric is watched before a staged change, to compare with (default: ${DEFAULT-VALUE})")
    private int beforeSeconds = 10;

    @Option(
            names = "--failures-min",
            paramLabel = "COUNT",
            defaultValue = "10",
            description =
                    "a stage is stopped for failed exchanges only when there are so many (default: ${DEFAULT-VALUE})")
    private long failuresMin = 10;

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
