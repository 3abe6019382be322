package io.bridgehead.cli;

import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.sync.OrderRecords.Wish;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code undrain}: ends a drain. */
@Command(
        name = "undrain",
        description =
                "Ends a drain: what was drained gets requests again, at once or little by little, as the rules of failover say.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead undrain site azure-weu --reason \"power is back\"",
            "  bridgehead undrain service orders azure-weu --over 10m --reason \"caches are cold\""
        })
@OwnedBy(Owner.CONFINED)
final class UndrainCommand implements Callable<Integer> {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    @Mixin
    private final OrderOptions options = new OrderOptions();

    @Mixin
    private final OrderTarget target = new OrderTarget();

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = Over.Reader.class,
            description = "how long it takes to its whole share, such as 10m: in proportion, from nothing to all of it"
                    + " (default: at once)")
    private Over over = new Over(Duration.ZERO);

    /** How long a way back takes. */
    record Over(Duration time) {
        /** Reads what {@link Lasting} reads, but for ever. */
        static final class Reader implements ITypeConverter<Over> {
            private static final Lasting.Reader TIMES = new Lasting.Reader();

            @Override
            public Over convert(String text) {
                Duration time = TIMES.convert(text).time();
                if (time == null || time.compareTo(Duration.ofDays(1)) > 0) {
                    throw new TypeConversionException(
                            "'" + text + "': expected a time of at most 24h, such as 90s, 30m or 2h");
                }
                return new Over(time);
            }
        }
    }

    @Override
    public Integer call() throws NodeUnreachableException {
        return options.end(
                spec.commandLine().getOut(),
                new Wish(
                        "drain",
                        target.service(),
                        target.site(),
                        target.node(),
                        options.reason(),
                        null,
                        true,
                        target.finer(over.time())));
    }
}
