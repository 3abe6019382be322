package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.Upstreams;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The session that one request belongs to, or begins: which endpoint it wants, and what its client is told of the endpoint that served it. A node of
 * another site is told the wish, and tells who served, by {@code bridgehead-session}.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Session {
    private static final HeaderName SET_COOKIE = HeaderName.of("set-cookie");
    private static final String ANY = "new";
    /** A session's last use is told anew when this part of its idle time has passed. */
    private static final int REFRESHES = 10;

    private final @Nullable Told told;
    private final @Nullable Backend backend;
    private final SessionKeys.@Nullable Place place;
    private @Nullable SessionKeys keys;

    /**
     * How the client carries its session, and what it carried.
     *
     * @param secure whether it came by TLS
     * @param token what it carries; null for a session that begins
     */
    record Told(
            RouteRule.Persistence how,
            boolean secure,
            long nowSeconds,
            @Nullable SessionToken token) {}

    /**
     * @param told null when another site's node talks to the client
     * @param backend the place that the session belongs to; null for any
     * @param place the endpoint that it belongs to; null for any
     */
    Session(@Nullable Told told, @Nullable Backend backend, SessionKeys.@Nullable Place place) {
        this.told = told;
        this.backend = backend;
        this.place = place;
    }

    /** The place that the session belongs to while its endpoint can serve; else null. */
    @Nullable
    Backend backend(Upstreams upstreams) {
        ServiceRoute service = backend == null ? null : backend.service();
        boolean serves =
                service != null && place != null && upstreams.mayServe(service, place.site(), place.endpoint());
        return serves ? backend : null;
    }

    /** The service that was decided on has these keys. */
    void isFor(SessionKeys ofService) {
        keys = ofService;
    }

    /** Says where attempts should go if they can. */
    void prefer(AttemptHistory history) {
        if (place != null) {
            history.prefer(place.site(), place.endpoint());
        }
    }

    /** Tells a node of this site what is wanted there. */
    void addTo(HeaderFields fields, SiteName site) {
        SessionKeys.Place wanted = place;
        boolean there = wanted != null && wanted.site().equals(site);
        fields.set(HeaderName.BRIDGEHEAD_SESSION, wanted != null && there ? wanted.key() : ANY);
    }

    /** The key of who served; null when that cannot be known. */
    @Nullable
    String servedBy(AttemptRecord attempt, HeaderFields answer) {
        SessionKeys known = keys;
        if (known == null) {
            return null;
        }
        if (attempt.endpoint() != null) {
            return known.key(attempt.site(), attempt.endpoint());
        }
        String key = answer.first(HeaderName.BRIDGEHEAD_SESSION);
        return key == null || known.place(key) == null ? null : key;
    }

    /** Tells who talks to the client, or the client, who served. */
    void tell(HeaderFields answer, String key) {
        Told client = told;
        if (client == null) {
            answer.set(HeaderName.BRIDGEHEAD_SESSION, key);
            return;
        }
        RouteRule.Persistence how = client.how;
        SessionToken before = client.token != null && client.token.key().equals(key) ? client.token : null;
        SessionToken now =
                new SessionToken(key, before == null ? client.nowSeconds : before.issuedSeconds(), client.nowSeconds);
        String text = now.text(SessionToken.isTimed(how));
        if (!how.cookie()) {
            answer.set(HeaderName.of(how.name()), text);
        } else if (before == null || isToBeRefreshed(how.idleTimeout(), before, client.nowSeconds)) {
            answer.add(SET_COOKIE, cookie(client, now, text));
        }
    }

    private static boolean isToBeRefreshed(@Nullable Duration idle, SessionToken before, long now) {
        return idle != null
                && (now - before.usedSeconds()) * REFRESHES >= idle.toSeconds()
                && now != before.usedSeconds();
    }

    private static String cookie(Told client, SessionToken token, String text) {
        StringBuilder cookie = new StringBuilder(client.how.name())
                .append('=')
                .append(text)
                .append("; Path=/; HttpOnly; SameSite=Strict");
        if (client.secure) {
            cookie.append("; Secure");
        }
        Duration lifetime = client.how.absoluteTimeout();
        if (client.how.permanent() && lifetime != null) {
            long age = client.nowSeconds - token.issuedSeconds();
            cookie.append("; Max-Age=").append(Math.max(1, lifetime.toSeconds() - age));
        }
        return cookie.toString();
    }
}
