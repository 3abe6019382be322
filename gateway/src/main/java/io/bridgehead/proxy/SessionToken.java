package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.routing.RouteRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client carries of its session: {@code key}, or {@code key.issued.used} where times bound the session. The times are seconds since 1970, in
 * base 36; a client that changes them only changes how long its session lasts.
 *
 * @param key of the endpoint, as {@link SessionKeys} has it
 * @param issuedSeconds when the session began
 * @param usedSeconds when it was used last, as exactly as it was told
 */
record SessionToken(String key, long issuedSeconds, long usedSeconds) {
    private static final HeaderName COOKIE = HeaderName.of("cookie");
    private static final int RADIX = 36;
    private static final int TIME_CHARACTERS_MAX = 10;

    /** The token in the fields of a request; null when there is none, none that can be read, or none that is still valid. */
    static @Nullable SessionToken in(HeaderFields fields, RouteRule.Persistence how, long nowSeconds) {
        String text = how.cookie() ? cookie(fields, how.name()) : fields.first(HeaderName.of(how.name()));
        SessionToken token = text == null ? null : parse(text, isTimed(how));
        return token != null && token.isValid(how, nowSeconds) ? token : null;
    }

    private static @Nullable String cookie(HeaderFields fields, String name) {
        for (int i = fields.indexOf(COOKIE, 0); i >= 0; i = fields.indexOf(COOKIE, i + 1)) {
            for (String pair : fields.value(i).split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    private static @Nullable SessionToken parse(String text, boolean timed) {
        int dot = text.indexOf('.');
        String key = dot < 0 ? text : text.substring(0, dot);
        if (key.length() != SessionKeys.CHARACTERS || (dot < 0 && timed)) {
            return null;
        }
        if (dot < 0) {
            return new SessionToken(key, 0, 0);
        }
        int second = text.indexOf('.', dot + 1);
        if (second < 0) {
            return null;
        }
        long issued = time(text.substring(dot + 1, second));
        long used = time(text.substring(second + 1));
        return issued < 0 || used < issued ? null : new SessionToken(key, issued, used);
    }

    private static long time(String text) {
        if (text.isEmpty() || text.length() > TIME_CHARACTERS_MAX) {
            return -1;
        }
        try {
            return Long.parseLong(text, RADIX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private boolean isValid(RouteRule.Persistence how, long now) {
        return isWithin(how.absoluteTimeout(), issuedSeconds, now) && isWithin(how.idleTimeout(), usedSeconds, now);
    }

    private static boolean isWithin(@Nullable Duration bound, long since, long now) {
        return bound == null || now - since <= bound.toSeconds();
    }

    static boolean isTimed(RouteRule.Persistence how) {
        return how.absoluteTimeout() != null || how.idleTimeout() != null;
    }

    /** The token as clients carry it. */
    String text(boolean timed) {
        return timed ? key + "." + Long.toString(issuedSeconds, RADIX) + "." + Long.toString(usedSeconds, RADIX) : key;
    }
}
