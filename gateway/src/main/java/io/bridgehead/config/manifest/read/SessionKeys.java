package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.SessionPersistence;
import io.bridgehead.config.manifest.SessionPersistence.CookieLifetime;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of session persistence. */
final class SessionKeys {
    private static final Key<String> NAME = Key.optional(
            "sessionName",
            Words.matching(
                    "a name of at most 128 letters, digits and !#$%&'*+-.^_`|~", "[A-Za-z0-9!#$%&'*+\\-.^_`|~]*", 128),
            "The name of the cookie or header field.");
    private static final Key<Duration> ABSOLUTE =
            Key.optional("absoluteTimeout", Words.duration(), "How long a session lasts.");
    private static final Key<Duration> IDLE =
            Key.optional("idleTimeout", Words.duration(), "How long a session lasts without a request.");
    private static final Key<SessionPersistence.Type> TYPE =
            Key.defaulted("type", Words.choice(SessionPersistence.Type.class), "Cookie", "What carries the session.");
    private static final Key<CookieLifetime> LIFETIME = Key.defaulted(
            "lifetimeType", Words.choice(CookieLifetime.class), "Session", "How long the cookie is kept.");
    private static final Key<CookieLifetime> COOKIE = Key.defaulted(
            "cookieConfig",
            Section.of("cookieConfig", fields -> fields.get(LIFETIME), LIFETIME).tolerant(),
            "{}",
            "What the cookie says.");

    /** Session persistence of a rule. */
    static final Key<SessionPersistence> PERSISTENCE = Key.optional(
            "sessionPersistence",
            Section.of("sessionPersistence", SessionKeys::build, NAME, ABSOLUTE, IDLE, TYPE, COOKIE)
                    .tolerant(),
            "Requests of one session go to one endpoint.");

    private SessionKeys() {}

    private static @Nullable SessionPersistence build(Fields fields) {
        Duration absolute = fields.find(ABSOLUTE);
        if (fields.get(COOKIE) == CookieLifetime.PERMANENT && absolute == null) {
            fields.refuse(ABSOLUTE, null, "a duration for a cookie with lifetimeType Permanent", null);
            return null;
        }
        String name = fields.find(NAME);
        return new SessionPersistence(
                name == null || name.isEmpty() ? null : name,
                absolute,
                fields.find(IDLE),
                fields.get(TYPE),
                fields.get(COOKIE));
    }
}
