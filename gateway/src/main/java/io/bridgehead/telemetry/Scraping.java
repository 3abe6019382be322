package io.bridgehead.telemetry;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * Gives all meters as text while some of them are replaced. A gauge that has one row is taken away and made again under the same name, and who goes through all
 * meters at that moment meets both: the library refuses to write labels twice. What comes at the next try is whole.
 */
final class Scraping {
    /** Meters are replaced every two seconds, within less time than a scrape takes. */
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
