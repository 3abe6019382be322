package io.bridgehead.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line per exchange.
 *
 * @param enabled whether there is one
 * @param path null for standard output
 * @param text the form of a line; null for JSON
 * @param sample the share of lines that are written, 0 to 1; what failed or was refused is always
 * @param only which exchanges have lines
 */
public record AccessLog(
        boolean enabled, @Nullable Path path, @Nullable AccessFormat text, double sample, Only only) {
    /** The same at another path. */
    public AccessLog at(@Nullable Path other) {
        return new AccessLog(enabled, other, text, sample, only);
    }

    /**
     * Which exchanges have lines: those of the services, with such a status or slower than that.
     *
     * @param classes hundreds of statuses, 1 to 5; empty when the status does not matter
     * @param slowerThan from the head to the last byte; null when the time does not matter
     * @param services names; empty for all
     */
    public record Only(List<Integer> classes, @Nullable Duration slowerThan, List<String> services) {
        public Only {
            classes = List.copyOf(classes);
            services = List.copyOf(services);
        }
    }
}
