package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The configuration of the node that a command is about. */
@OwnedBy(Owner.CONFINED)
final class ConfigOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the node's configuration, whose admin.socket is asked (default: $BRIDGEHEAD_CONFIG, else "
                    + NodeFile.USUAL + ")")
    private @Nullable Path named;

    /** The file that the option names; null without it. */
    @Nullable
    Path named() {
        return named;
    }

    /** The file, by the option or without it. */
    Path path() {
        Path file = named;
        return file == null ? AdminSocket.here().config() : file;
    }
}
