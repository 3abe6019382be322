package io.bridgehead.config.read;

import io.bridgehead.config.BalanceSpec;
import io.bridgehead.config.BalanceSpec.HashOn;
import io.bridgehead.config.BalanceSpec.Policy;
import io.bridgehead.config.EndpointSpec;
import io.bridgehead.config.schema.EitherType;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.Endpoint;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a service's balancing, and of its endpoints. */
final class BalanceKeys {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

    private static final Key<String> HEADER =
            Key.optional("header", token("a field name, such as x-user"), "The first value of this header field.");
    private static final Key<String> COOKIE =
            Key.optional("cookie", token("a cookie's name, such as session"), "The value of this cookie.");
    private static final Key<Boolean> SOURCE =
            Key.defaulted("source", Scalars.truth(), "false", "The client's IP address.");
    private static final Section<HashOn> HASH_ON_SECTION =
            Section.of("spec.balance.hashOn", BalanceKeys::buildHashOn, HEADER, COOKIE, SOURCE);

    private static final Key<Policy> POLICY = Key.defaulted(
            "policy",
            Scalars.choice(Policy.class, Policy::text),
            "least-request",
            "The less loaded of two drawn at random, each in turn, any at random, or the one that a hash of the request belongs to.");
    private static final Key<HashOn> HASH_ON = Key.optional(
            "hashOn",
            HASH_ON_SECTION,
            "What is hashed; for ring-hash and maglev. Without it: the client's IP address.");
    private static final Key<Duration> SLOW_START = Key.defaulted(
            "slowStart",
            Scalars.duration("0s", "1h"),
            "0s",
            "Over which an endpoint that joins or comes back gets from a tenth to all of its share; not with a hash.");
    private static final Key<Integer> PANIC_BELOW = Key.defaulted(
            "panicBelow",
            Scalars.percent(0, 100),
            "0%",
            "Share of fit endpoints of the site below which unfit ones are used too, if other sites cannot make up for it. 0%: never.");
    private static final Key<Boolean> PREFER_ZONE = Key.defaulted(
            "preferZone",
            Scalars.truth(),
            "true",
            "Whether endpoints of the node's own zone come first, while enough of them are fit; not with a hash.");
    static final EitherType<BalanceSpec> BALANCE = new EitherType<>(
            new ScalarType<>(
                    ScalarType.Form.TEXT,
                    Scalars.choice(Policy.class, Policy::text).expected(),
                    null,
                    Scalars.choice(Policy.class, Policy::text).choices(),
                    false,
                    text -> {
                        Policy policy = Scalars.choice(Policy.class, Policy::text)
                                .parser()
                                .apply(text);
                        return new BalanceSpec(policy, source(policy), Duration.ZERO, 0, true);
                    }),
            Section.of("spec.balance", BalanceKeys::build, POLICY, HASH_ON, SLOW_START, PANIC_BELOW, PREFER_ZONE));

    private static final Key<Endpoint> ADDRESS = Key.required("address", address(), "Where it answers.");
    private static final Key<Integer> WEIGHT =
            Key.defaulted("weight", Scalars.integer(1, 128), "1", "Its part of requests against others of the site.");
    private static final Key<String> ZONE =
            Key.optional("zone", Scalars.label("a zone"), "Where in its site it is, as `site.zone` of a node says.");
    static final EitherType<EndpointSpec> ENDPOINT = new EitherType<>(
            ScalarType.text(address().expected(), EndpointSpec::parse),
            Section.of("spec.sites.endpoints", BalanceKeys::buildEndpoint, ADDRESS, WEIGHT, ZONE));

    private BalanceKeys() {}

    private static EndpointSpec buildEndpoint(Fields fields) {
        String zone = fields.find(ZONE);
        return new EndpointSpec(fields.get(ADDRESS), fields.get(WEIGHT), zone == null ? "" : zone);
    }

    private static @Nullable BalanceSpec build(Fields fields) {
        Policy policy = fields.get(POLICY);
        HashOn given = fields.find(HASH_ON);
        if (given != null && !policy.hashes()) {
            fields.refuse(HASH_ON, "a mapping", "none for policy " + policy.text(), "use ring-hash or maglev");
            return null;
        }
        if (policy.hashes() && !fields.get(SLOW_START).isZero()) {
            fields.refuse(SLOW_START, fields.shown(SLOW_START), "none for policy " + policy.text(), null);
            return null;
        }
        return new BalanceSpec(
                policy,
                given == null ? source(policy) : given,
                fields.get(SLOW_START),
                fields.get(PANIC_BELOW),
                fields.get(PREFER_ZONE));
    }

    private static @Nullable HashOn source(Policy policy) {
        return policy.hashes() ? new HashOn(HashOn.Kind.SOURCE, "") : null;
    }

    private static @Nullable HashOn buildHashOn(Fields fields) {
        String header = fields.find(HEADER);
        String cookie = fields.find(COOKIE);
        int given = (header == null ? 0 : 1) + (cookie == null ? 0 : 1) + (fields.get(SOURCE) ? 1 : 0);
        if (given != 1) {
            fields.refuse(
                    fields.get(SOURCE) ? SOURCE : given == 0 ? HEADER : COOKIE,
                    given == 0 ? null : "more than one",
                    "one of header, cookie, source: true",
                    null);
            return null;
        }
        if (header != null) {
            return new HashOn(HashOn.Kind.HEADER, header.toLowerCase(Locale.ROOT));
        }
        return cookie == null ? new HashOn(HashOn.Kind.SOURCE, "") : new HashOn(HashOn.Kind.COOKIE, cookie);
    }

    private static ScalarType<Endpoint> address() {
        return ScalarType.text("host:port, such as 10.4.0.7:8080 or orders.internal:8080", Endpoint::parse);
    }

    private static ScalarType<String> token(String expected) {
        return ScalarType.text(expected, text -> {
                    if (!TOKEN.matcher(text).matches()) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$");
    }
}
