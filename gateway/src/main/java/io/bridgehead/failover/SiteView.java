package io.bridgehead.failover;

import io.bridgehead.health.ServiceHealth;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one site for one service at one moment.
 *
 * @param reach whether it can be reached
 * @param fitShare the share of its endpoints that is fit, 0 to 1; empty while that is unknown, which counts as fit as long as
 *     the site can be reached: absence of a report is no bad news
 */
public record SiteView(Reach reach, OptionalDouble fitShare) {
    /** Nothing is known, nothing can be reached. */
    static final SiteView NONE = new SiteView(Reach.UNREACHABLE, OptionalDouble.empty());

    /** @param health what the site's best node reports, or null when no report is in force */
    public static SiteView of(Reach reach, @Nullable ServiceHealth health) {
        return new SiteView(reach, health == null ? OptionalDouble.empty() : health.fitShare());
    }
}
