package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Locale;

/**
 * One site's part in serving a service.
 *
 * @param site which
 * @param tier its place in the order, from 0
 * @param weight its share of new requests, 0 to 1
 * @param capacity the share that it could bear by its health alone, 0 to 1
 * @param view what was known of it
 * @param why what gave it this weight
 * @param heldUntilMillis when its hold-down ends, on the clock that the state machine was given; {@link #NOT_HELD} if none runs
 */
public record SiteShare(
        SiteName site, int tier, double weight, double capacity, SiteView view, Why why, long heldUntilMillis) {
    /** No hold-down runs. */
    public static final long NOT_HELD = Long.MIN_VALUE;

    SiteShare withWeight(double otherWeight, Why otherWhy) {
        return new SiteShare(site, tier, otherWeight, capacity, view, otherWhy, heldUntilMillis);
    }

    /** Whether an attempt may be made there if others have failed: reachable, not known to be unfit, not kept away by an operator. */
    public boolean canServe() {
        return capacity > 0 && view.reach().isOpen() && !why.isKeptAway();
    }

    /** One sentence for {@code explain} and {@code status}. */
    public String reason() {
        String health = view.fitShare().isPresent()
                ? String.format(Locale.ROOT, "%.0f%% fit", view.fitShare().getAsDouble() * 100)
                : "health unknown";
        return site + " (tier " + (tier + 1) + ", " + health + ") " + why.text();
    }
}
