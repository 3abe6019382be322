package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.List;

/**
 * Sites that are tried together, at one place of an order.
 *
 * @param word the entry of the order that means them: a word such as {@code sameRegion}, or the site's name; {@link #BY_WEIGHT} where no
 *     entry does
 * @param sites in the order of the document; never empty
 */
public record Tier(String word, List<SiteName> sites) {
    /** Of sites that are used for their weight alone. */
    static final String BY_WEIGHT = "by weight";

    public Tier {
        sites = List.copyOf(sites);
    }
}
