package io.bridgehead.proxy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which sessions name the endpoints of one service: keyed digests (HMAC-SHA256) of where each is, the same at every node that has the
 * fabric's secret. A key shows no address, and no key leads to an endpoint that the service does not have. Its first part names the site, so
 * that a node of another site, which does not know the addresses that a name has there, knows where to ask.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class SessionKeys {
    /** Characters of a key. */
    static final int CHARACTERS = 24;

    private static final int SITE_BYTES = 6;
    private static final int SITE_CHARACTERS = 8;
    private static final int ENDPOINT_BYTES = 12;
    private static final int KEYS_MAX = 4096;

    private final ServiceName service;
    private final Mac mac;
    private final SiteName own;
    private final Supplier<List<Endpoint>> here;
    private final Map<SiteName, String> sites = new HashMap<>();
    /** Sites with endpoints that are names, by the first part of keys, and one of these endpoints. */
    private final Map<String, Spot> named = new HashMap<>();

    private final Map<String, Place> places = new HashMap<>();
    private final Map<Spot, String> keys = new HashMap<>();
    /** Endpoints whose addresses are fixed: their keys stay. */
    private final Set<Spot> fixed = new HashSet<>();

    /** An endpoint in its site, as a key names it. */
    record Place(SiteName site, Endpoint endpoint, String key) {}

    private record Spot(SiteName site, Endpoint endpoint) {}

    /**
     * @param own this node's site
     * @param here the endpoints of the own site now, each address of a name
     */
    SessionKeys(ServiceRoute route, SessionSecret secret, SiteName own, Supplier<List<Endpoint>> here) {
        this.service = route.name();
        this.mac = secret.mac();
        this.own = own;
        this.here = here;
        route.endpoints().forEach((site, endpoints) -> {
            sites.put(site, digest("site " + service + " " + site, SITE_BYTES));
            endpoints.forEach(endpoint -> {
                if (IpAddress.parse(endpoint.address().host()) == null) {
                    named.putIfAbsent(sites.get(site), new Spot(site, endpoint));
                } else {
                    fixed.add(new Spot(site, endpoint));
                    key(site, endpoint);
                }
            });
        });
    }

    private String digest(String text, int bytes) {
        byte[] sum = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(sum, bytes));
    }

    /** The endpoint of a key; null when the service has none, or has it no more. Of another site's name any endpoint stands for all. */
    @Nullable
    Place place(String key) {
        Place known = places.get(key);
        if (known != null || named.isEmpty() || key.length() != CHARACTERS) {
            return known;
        }
        Spot spot = named.get(key.substring(0, SITE_CHARACTERS));
        if (spot == null) {
            return null;
        }
        if (!spot.site.equals(own)) {
            return new Place(spot.site, spot.endpoint, key);
        }
        here.get().forEach(endpoint -> key(own, endpoint));
        return places.get(key);
    }

    /** The key of an endpoint; null when the service is not in its site any more. */
    @Nullable
    String key(SiteName site, Endpoint endpoint) {
        String ofSite = sites.get(site);
        if (ofSite == null) {
            return null;
        }
        Spot spot = new Spot(site, endpoint);
        String known = keys.get(spot);
        if (known != null) {
            return known;
        }
        if (keys.size() - fixed.size() >= KEYS_MAX) { // addresses of names that come and go
            keys.keySet().retainAll(fixed);
            places.values().removeIf(place -> !fixed.contains(new Spot(place.site, place.endpoint)));
        }
        String key = ofSite + digest("endpoint " + service + " " + site + " " + endpoint, ENDPOINT_BYTES);
        keys.put(spot, key);
        places.put(key, new Place(site, endpoint, key));
        return key;
    }
}
