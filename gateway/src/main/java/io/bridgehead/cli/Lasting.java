package io.bridgehead.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long an order lasts.
 *
 * @param time null for until it is ended
 */
record Lasting(@Nullable Duration time) {
    static final String HELP =
            "how long, such as 90s, 30m, 2h, 7d, or ever: until it is ended (default: ${DEFAULT-VALUE})";

    private static final Pattern SHAPE = Pattern.compile("([1-9][0-9]{0,8})([smhd])");
    private static final Duration MAX = Duration.ofDays(366);

    /** Reads {@code 90s}, {@code 30m}, {@code 2h}, {@code 7d} and {@code ever}. */
    static final class Reader implements ITypeConverter<Lasting> {
        @Override
        public Lasting convert(String text) {
            if (text.equals("ever")) {
                return new Lasting(null);
            }
            Matcher shape = SHAPE.matcher(text);
            if (!shape.matches()) {
                throw bad(text);
            }
            long number = Long.parseLong(shape.group(1));
            Duration time = switch (shape.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
            if (time.compareTo(MAX) > 0) {
                throw bad(text);
            }
            return new Lasting(time);
        }

        private static TypeConversionException bad(String text) {
            return new TypeConversionException(
                    "'" + text + "': expected a time of at most 366d, such as 90s, 30m, 2h or 7d, or ever");
        }
    }
}
