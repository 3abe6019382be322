package io.bridgehead.telemetry;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Gives all meters as text while some of them come and go. A meter whose last series goes is taken away whole and made again when another
 * series comes, as a revision, a stage or a folder's state comes in place of another ({@link KeptGauges}, {@link TunnelCounts}). Who goes through
 * all meters at that moment may meet both: the library refuses to write labels twice. What comes at the next try is whole.
 */
final class Scraping {
    /** Series come and go every two seconds at most, within less time than a scrape takes. */
    private static final int TRIES_MAX = 5;

    private Scraping() {}

    /** @throws IllegalArgumentException if what is wrong stays so */
    static String of(PrometheusMeterRegistry registry, String contentType) {
        for (int tries = 1; ; tries++) {
            try {
                return registry.scrape(contentType);
            } catch (IllegalArgumentException e) {
                if (tries == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }
}
