package io.bridgehead.failover;

import io.bridgehead.model.Place;
import io.bridgehead.model.SiteName;
import java.util.Map;

/**
 * Where sites are, as known at the site that decides.
 *
 * @param local the site that decides
 * @param known of it and of other sites; what is missing is nowhere in particular
 */
public record Places(SiteName local, Map<SiteName, Place> known) {
    public Places {
        known = Map.copyOf(known);
    }

    /** Nothing is known but which site decides. */
    public static Places unknown(SiteName local) {
        return new Places(local, Map.of());
    }

    Place of(SiteName site) {
        return known.getOrDefault(site, Place.UNKNOWN);
    }

    Place here() {
        return of(local);
    }
}
