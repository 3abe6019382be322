package io.bridgehead.proxy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.routing.ServiceRoute;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which sessions name the endpoints of one service: digests of where each is, the same at every node of the fabric. A key shows no address,
 * and no key leads to an endpoint that the service does not have. Immutable.
 */
final class SessionKeys {
    /** Characters of a key. */
    static final int CHARACTERS = 16;

    private static final int BYTES = 12;

    private final Map<String, Place> places = new HashMap<>();
    private final Map<Place, String> keys = new HashMap<>();

    /** An endpoint in its site. */
    record Place(SiteName site, Endpoint endpoint) {}

    SessionKeys(ServiceRoute route, TrustDomain domain) {
        MessageDigest digest = sha256();
        route.endpoints()
                .forEach((site, endpoints) -> endpoints.forEach(endpoint -> {
                    String text = domain + " " + route.name() + " " + site + " " + endpoint;
                    byte[] sum = digest.digest(text.getBytes(StandardCharsets.UTF_8));
                    String key = Base64.getUrlEncoder().encodeToString(Arrays.copyOf(sum, BYTES));
                    Place place = new Place(site, endpoint);
                    places.put(key, place);
                    keys.put(place, key);
                }));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The endpoint of a key; null when the service has none, or has it no more. */
    @Nullable
    Place place(String key) {
        return places.get(key);
    }

    /** The key of an endpoint; null when the service has it no more. */
    @Nullable
    String key(SiteName site, Endpoint endpoint) {
        return keys.get(new Place(site, endpoint));
    }
}
