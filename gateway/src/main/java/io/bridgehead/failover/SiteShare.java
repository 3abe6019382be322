package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Locale;

/**
 * One site's part in serving a service.
 *
 * @param site which
 * @param place where in the order it stands
 * @param weight its share of new requests, 0 to 1
 * @param capacity the share that it could bear by its health alone, 0 to 1
 * @param view what was known of it
 * @param why what gave it this weight
 * @param heldUntilMillis when its hold-down ends, on the clock that the state machine was given; {@link #NOT_HELD} if none runs
 */
public record SiteShare(
        SiteName site, Place place, double weight, double capacity, SiteView view, Why why, long heldUntilMillis) {
    /** No hold-down runs. */
    public static final long NOT_HELD = Long.MIN_VALUE;

    /**
     * Where in the order a site stands.
     *
     * @param tier from 0
     * @param word of the entry that means it, as in {@link Tier}
     */
    public record Place(int tier, String word) {}

    /** Its tier, from 0. */
    public int tier() {
        return place.tier();
    }

    /** The word of its tier; empty where that says nothing but the site's name. */
    public String tierWord() {
        return place.word().equals(site.value()) ? "" : place.word();
    }

    SiteShare withWeight(double otherWeight, Why otherWhy) {
        return new SiteShare(site, place, otherWeight, capacity, view, otherWhy, heldUntilMillis);
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
        return site + " (tier " + (tier() + 1) + (tierWord().isEmpty() ? "" : " " + tierWord()) + ", " + health + ") "
                + why.text();
    }
}
