package io.bridgehead.config.read;

import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.JwtSettings.AtGateway;
import io.bridgehead.config.JwtSettings.Carrier;
import io.bridgehead.config.JwtSettings.ClaimHeader;
import io.bridgehead.config.JwtSettings.Issuer;
import io.bridgehead.config.JwtSettings.Jwks;
import io.bridgehead.config.JwtSettings.Location;
import io.bridgehead.config.JwtSettings.Taken;
import io.bridgehead.config.NodeConfig.Listener;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.TrustDomain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of {@code jwt}, and of {@code jwt} of a listener: whose JSON Web Tokens are taken, and where. */
final class JwtKeys {
    private static final List<String> ALGORITHM_NAMES =
            List.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
    private static final String SUBJECT = "{sub}";
    private static final Pattern HEADER = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.~-]{1,64}");
    private static final Pattern CLAIM = Pattern.compile("[A-Za-z0-9_.:/~-]{1,128}");
    /** Fields with a meaning of their own, which a claim must not take. */
    private static final Set<String> RESERVED = Set.of(
            "b3",
            "baggage",
            "accept-encoding",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "date",
            "expect",
            "forwarded",
            "host",
            "keep-alive",
            "origin",
            "proxy",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "x-real-ip",
            "x-request-id");

    private static final List<String> RESERVED_PREFIXES =
            List.of("bridgehead-", "x-forwarded-", "x-envoy-", "x-b3-", "sec-", "grpc-");

    private static final Key<Path> FILE = Key.optional(
            "file", Scalars.path(), "A JSON Web Key Set (RFC 7517) in a file; watched. It or `url` must be there.");
    private static final Key<URI> URL = Key.optional(
            "url",
            url(),
            "Where the issuer publishes its key set; read in the background. What was read last is kept, in memory, while it cannot be read.");
    private static final Key<Duration> REFRESH = Key.defaulted(
            "refresh",
            Scalars.duration("10s", "24h"),
            "5m",
            "How often `url` is read; a token with an unknown key has it read at once, at most every 10 s.");
    private static final Key<Path> AUTHORITIES = Key.optional(
            "authorities",
            Scalars.path(),
            "Who may vouch for the certificate of `url`, PEM. Without it: the authorities of the Java platform.");
    private static final Key<Boolean> UNSAFE_PLAINTEXT = Key.defaulted(
            "unsafePlaintext",
            Scalars.truth(),
            "false",
            "Allows an `http://` address: who is on the way can be anyone that the tokens name.");
    private static final Section<Jwks> JWKS_SECTION =
            Section.of("jwt.issuers[].jwks", JwtKeys::jwks, FILE, URL, REFRESH, AUTHORITIES, UNSAFE_PLAINTEXT);

    private static final Key<String> FROM_HEADER = Key.optional(
            "header", fitting("a header field's name in lower case", HEADER), "A header field that carries it.");
    private static final Key<String> PREFIX = Key.optional(
            "prefix",
            Scalars.text("a prefix"),
            "What stands before the token in the field, in upper or lower case; fields that begin otherwise carry none. Without it: `Bearer ` for `authorization`, else nothing.");
    private static final Key<String> FROM_QUERY =
            Key.optional("query", fitting("a parameter's name", NAME), "A parameter of the query that carries it.");
    private static final Key<String> FROM_COOKIE =
            Key.optional("cookie", fitting("a cookie's name", NAME), "A cookie that carries it.");
    private static final Section<Location> FROM_SECTION =
            Section.of("jwt.issuers[].from", JwtKeys::location, FROM_HEADER, PREFIX, FROM_QUERY, FROM_COOKIE);

    private static final Key<String> CLAIM_NAME =
            Key.required("claim", fitting("a claim's name", CLAIM), "The claim, such as `email`; lists with commas.");
    private static final Key<String> CLAIM_HEADER = Key.required(
            "header",
            claimHeader(),
            "The header field that endpoints get; removed from what clients send, whoever they are.");
    private static final Section<ClaimHeader> CLAIM_SECTION = Section.of(
            "jwt.issuers[].claimsToHeaders",
            fields -> new ClaimHeader(fields.get(CLAIM_NAME), fields.get(CLAIM_HEADER)),
            CLAIM_NAME,
            CLAIM_HEADER);

    private static final Key<String> ISSUER_NAME =
            Key.required("name", Scalars.label("an issuer's name"), "What listeners, metrics and `status` call it.");
    private static final Key<String> ISSUER = Key.optional(
            "issuer",
            Scalars.text("an issuer"),
            "What `iss` of its tokens is, letter by letter. It or `trustDomain` must be there.");
    private static final Key<TrustDomain> SVIDS = Key.optional(
            "trustDomain",
            Scalars.trustDomain(),
            "A trust domain whose JWT-SVIDs are taken, which need no `iss`: their subject is the caller, and `jwks` the domain's bundle, of which keys with `use: jwt-svid` count.");
    private static final Key<Jwks> JWKS = Key.required("jwks", JWKS_SECTION, "Where its keys come from.");
    private static final Key<List<String>> AUDIENCES = Key.defaulted(
            "audiences",
            new ListType<>(Scalars.text("an audience"), 0, 100),
            "[]",
            "Who this is to its tokens: one must be in `aud`. Needed unless `unsafeAnyAudience`.");
    private static final Key<Boolean> ANY_AUDIENCE = Key.defaulted(
            "unsafeAnyAudience",
            Scalars.truth(),
            "false",
            "Takes tokens that were made for anybody: whoever gets one of its bearer can be the bearer here.");
    private static final Key<List<String>> ALGORITHMS = Key.defaulted(
            "algorithms",
            new ListType<>(algorithm(), 1, ALGORITHM_NAMES.size()),
            "[ES256, RS256, PS256, ES384]",
            "What its tokens may be signed with.");
    private static final Key<Duration> SKEW = Key.defaulted(
            "clockSkew",
            Scalars.duration("0s", "5m"),
            "30s",
            "By how much the issuer's clock may differ where `exp`, `nbf` and `iat` are judged.");
    private static final Key<String> IDENTITY = Key.optional(
            "identity",
            Scalars.text("a template of a SPIFFE ID"),
            "Whom its tokens name as the caller: a SPIFFE ID of the node's trust domain with claims in braces, such as `spiffe://corp.example/user/{sub}`, or `{sub}` where that is a SPIFFE ID. Without it the caller stays who it is, and policies ask for `requestPrincipals` and claims.");
    private static final Key<List<Location>> FROM = Key.defaulted(
            "from",
            new ListType<>(FROM_SECTION, 1, 10),
            "[ { header: authorization } ]",
            "Where requests carry its tokens, each entry one of `header`, `query` and `cookie`.");
    private static final Key<List<ClaimHeader>> CLAIMS = Key.defaulted(
            "claimsToHeaders",
            new ListType<>(CLAIM_SECTION, 0, 50),
            "[]",
            "Claims that endpoints get in header fields of their own.");
    private static final Key<Boolean> FORWARD = Key.defaulted(
            "forward",
            Scalars.truth(),
            "false",
            "Whether endpoints get the token too; else it is taken out of the request.");
    private static final Section<WrittenIssuer> ISSUER_SECTION = Section.of(
            "jwt.issuers",
            JwtKeys::issuer,
            ISSUER_NAME,
            ISSUER,
            SVIDS,
            JWKS,
            AUDIENCES,
            ANY_AUDIENCE,
            ALGORITHMS,
            SKEW,
            IDENTITY,
            FROM,
            CLAIMS,
            FORWARD);

    private static final Key<List<WrittenIssuer>> ISSUERS = Key.defaulted(
            "issuers", new ListType<>(ISSUER_SECTION, 0, 100), "[]", "Who issues tokens that name callers here.");
    private static final Key<List<String>> TAKEN = Key.required(
            "issuers",
            new ListType<>(Scalars.label("an issuer's name"), 1, 100),
            "Names of `jwt.issuers` whose tokens are taken here; any other token is refused.");
    private static final Key<Boolean> REQUIRED = Key.defaulted(
            "required",
            Scalars.truth(),
            "false",
            "Whether a request without a token is refused; else it is judged as one of the listener's callers.");
    private static final Key<String> GATEWAY = Key.required(
            "name", ConfigTypes.gatewayName(), "One of `gateways`; its listeners in ListenerSets are meant as well.");
    private static final Section<AtGateway> GATEWAY_SECTION = Section.of(
            "jwt.gateways",
            fields -> new AtGateway(fields.get(GATEWAY), new Taken(fields.get(TAKEN), fields.get(REQUIRED))),
            GATEWAY,
            TAKEN,
            REQUIRED);
    private static final Key<List<AtGateway>> GATEWAYS = Key.defaulted(
            "gateways",
            new ListType<>(GATEWAY_SECTION, 0, 100),
            "[]",
            "What ports for HTTP and HTTPS of Gateways take, as `jwt` of a listener says it for that. Where several of these share a port and say different things, it takes what all of them take, and requires it.");
    static final Section<Written> SECTION =
            Section.of("jwt", fields -> new Written(fields.get(ISSUERS), fields.get(GATEWAYS)), ISSUERS, GATEWAYS);

    private static final Section<Taken> TAKEN_SECTION = Section.of(
            "listeners[].jwt", fields -> new Taken(fields.get(TAKEN), fields.get(REQUIRED)), TAKEN, REQUIRED);
    static final Key<Taken> OF_LISTENER = Key.optional(
            "jwt",
            TAKEN_SECTION,
            "JSON Web Tokens in requests; for protocol HTTP and HTTPS. Without it tokens are passed on like any other field.");

    private JwtKeys() {}

    private static ScalarType<String> fitting(String expected, Pattern pattern) {
        return ScalarType.text(expected, text -> {
            if (!pattern.matcher(text).matches()) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    private static ScalarType<String> claimHeader() {
        String expected = "a header field's name in lower case without a meaning of its own, such as x-user-email";
        return ScalarType.text(expected, text -> {
            boolean reserved =
                    RESERVED.contains(text) || RESERVED_PREFIXES.stream().anyMatch(text::startsWith);
            if (reserved || !HEADER.matcher(text).matches()) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    private static ScalarType<String> algorithm() {
        String expected = "one of " + String.join(", ", ALGORITHM_NAMES);
        return new ScalarType<>(ScalarType.Form.TEXT, expected, null, ALGORITHM_NAMES, false, text -> {
            if (!ALGORITHM_NAMES.contains(text)) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return text;
        });
    }

    private static ScalarType<URI> url() {
        String expected = "an address such as https://login.corp.example/keys, without credentials";
        return ScalarType.text(expected, text -> {
            URI uri = URI.create(text);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!http || uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return uri;
        });
    }

    private static @Nullable Jwks jwks(Fields fields) {
        int before = fields.problems();
        Path file = fields.find(FILE);
        URI url = fields.find(URL);
        if ((file == null) == (url == null)) {
            fields.refuse(
                    url == null ? FILE : URL,
                    url == null ? null : "beside 'file'",
                    "either 'file' or 'url'",
                    "one place says which keys the issuer has");
        }
        if (url == null && (fields.isGiven(REFRESH) || fields.isGiven(AUTHORITIES))) {
            Key<?> stray = fields.isGiven(REFRESH) ? REFRESH : AUTHORITIES;
            fields.refuse(stray, fields.shown(stray), "'url' beside it", "a file is watched");
        }
        if (url != null && "http".equals(url.getScheme()) && !fields.get(UNSAFE_PLAINTEXT)) {
            fields.refuse(URL, fields.shown(URL), "an address with https", "or set unsafePlaintext: true");
        }
        return fields.problems() == before ? new Jwks(file, url, fields.get(REFRESH), fields.find(AUTHORITIES)) : null;
    }

    private static @Nullable Location location(Fields fields) {
        String header = fields.find(FROM_HEADER);
        String query = fields.find(FROM_QUERY);
        String cookie = fields.find(FROM_COOKIE);
        int given = (header == null ? 0 : 1) + (query == null ? 0 : 1) + (cookie == null ? 0 : 1);
        if (given != 1) {
            fields.refuse(FROM_HEADER, given + " of them", "one of 'header', 'query' and 'cookie'", null);
            return null;
        }
        String prefix = fields.find(PREFIX);
        if (prefix != null && header == null) {
            fields.refuse(PREFIX, fields.shown(PREFIX), "'header' beside it", null);
            return null;
        }
        if (header != null) {
            String usual = header.equals("authorization") ? "Bearer " : "";
            return new Location(Carrier.HEADER, header, prefix == null ? usual : prefix);
        }
        return query != null
                ? new Location(Carrier.QUERY, query, "")
                : new Location(Carrier.COOKIE, cookie == null ? "" : cookie, "");
    }

    private static @Nullable WrittenIssuer issuer(Fields fields) {
        int before = fields.problems();
        if (fields.get(AUDIENCES).isEmpty() != fields.get(ANY_AUDIENCE)) {
            fields.refuse(
                    AUDIENCES,
                    fields.isGiven(AUDIENCES) ? fields.shown(AUDIENCES) : null,
                    "at least one, or unsafeAnyAudience: true without any",
                    "a token for somebody else must not be good here");
        }
        String name = fields.find(ISSUER);
        TrustDomain svids = fields.find(SVIDS);
        if ((name == null) == (svids == null)) {
            fields.refuse(
                    svids == null ? ISSUER : SVIDS,
                    svids == null ? null : "beside 'issuer'",
                    "either 'issuer' or 'trustDomain'",
                    "tokens are known by 'iss' or by the trust domain of their subject");
        }
        if (svids != null && fields.isGiven(IDENTITY)) {
            fields.refuse(IDENTITY, fields.shown(IDENTITY), "none beside 'trustDomain'", "the subject is the caller");
        }
        Set<String> carriers = Set.copyOf(fields.get(FROM).stream()
                .filter(place -> place.carrier() == Carrier.HEADER)
                .map(Location::name)
                .toList());
        List<ClaimHeader> claims = fields.get(CLAIMS);
        for (int i = 0; i < claims.size(); i++) {
            if (carriers.contains(claims.get(i).header())) {
                fields.refuse(
                        "claimsToHeaders[" + i + "].header",
                        "'" + claims.get(i).header() + "'",
                        "another field than those of 'from'",
                        "it carries the token");
            }
        }
        if (fields.problems() > before) {
            return null;
        }
        return new WrittenIssuer(
                fields.find(IDENTITY),
                new Issuer(
                        fields.get(ISSUER_NAME),
                        name != null ? name : "spiffe://" + svids,
                        svids,
                        fields.get(JWKS),
                        fields.get(AUDIENCES),
                        fields.get(ALGORITHMS),
                        fields.get(SKEW),
                        null,
                        fields.get(FROM),
                        claims,
                        fields.get(FORWARD)));
    }

    /** What a listener takes, which only requests can carry. */
    static @Nullable Taken taken(Fields fields, ListenerProtocol protocol) {
        Taken taken = fields.find(OF_LISTENER);
        if (taken != null && protocol != ListenerProtocol.HTTP && protocol != ListenerProtocol.HTTPS) {
            fields.refuse(OF_LISTENER, "a mapping", "protocol HTTP or HTTPS beside it", "found protocol " + protocol);
        }
        return taken;
    }

    /** Fills in what depends on the rest of the file, and refuses what does not fit with it. */
    static JwtSettings complete(Fields fields, Written all, TrustDomain home, Path folder) {
        List<WrittenIssuer> written = all.issuers();
        List<Issuer> issuers = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < written.size(); i++) {
            Issuer one = written.get(i).issuer();
            Integer first = names.putIfAbsent(one.name(), i);
            if (first != null) {
                fields.refuse(
                        "jwt.issuers[" + i + "].name",
                        "'" + one.name() + "' twice",
                        "another than that of jwt.issuers[" + first + "]",
                        null);
            }
            TrustDomain svids = one.trustDomain();
            IdentityTemplate identity = svids == null
                    ? identity(fields, i, written.get(i).identity(), home)
                    : IdentityTemplate.parse(SUBJECT, svids);
            issuers.add(new Issuer(
                    one.name(),
                    one.issuer(),
                    svids,
                    one.jwks().in(folder),
                    one.audiences(),
                    one.algorithms(),
                    one.clockSkew(),
                    identity,
                    one.from(),
                    one.claimsToHeaders(),
                    one.forward()));
        }
        return new JwtSettings(issuers, all.gateways());
    }

    private static @Nullable IdentityTemplate identity(
            Fields fields, int index, @Nullable String template, TrustDomain home) {
        try {
            return template == null ? null : IdentityTemplate.parse(template, home);
        } catch (IllegalArgumentException e) {
            String said = String.valueOf(e.getMessage());
            fields.refuse(
                    "jwt.issuers[" + index + "].identity",
                    "'" + template + "'",
                    said.startsWith("expected ") ? said.substring("expected ".length()) : "a SPIFFE ID",
                    said.startsWith("expected ") ? null : said);
            return null;
        }
    }

    /** Refuses listeners and Gateways that take tokens of nobody, or of two under one {@code iss}, and Gateways that the node does not open. */
    static void judge(Fields fields, List<Listener> listeners, List<String> gateways, JwtSettings settings) {
        for (int i = 0; i < listeners.size(); i++) {
            Taken taken = listeners.get(i).edge().tokens();
            if (taken != null) {
                judge(fields, "listeners[" + i + "].jwt.issuers", taken.issuers(), settings);
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < settings.gateways().size(); i++) {
            AtGateway at = settings.gateways().get(i);
            String place = "jwt.gateways[" + i + "]";
            if (!gateways.contains(at.gateway())) {
                fields.refuse(
                        place + ".name",
                        "'" + at.gateway() + "'",
                        "one of 'gateways'",
                        Suggestion.question(at.gateway(), gateways));
            } else if (!seen.add(at.gateway())) {
                fields.refuse(place + ".name", "'" + at.gateway() + "' twice", "each Gateway once", null);
            }
            judge(fields, place + ".issuers", at.taken().issuers(), settings);
        }
    }

    private static void judge(Fields fields, String place, List<String> names, JwtSettings settings) {
        Map<String, String> known = new HashMap<>();
        settings.issuers().forEach(issuer -> known.put(issuer.name(), issuer.issuer()));
        Map<String, String> seen = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String issuer = known.get(name);
            if (issuer == null) {
                fields.refuse(
                        place + "[" + i + "]",
                        "'" + name + "'",
                        "the name of one of jwt.issuers",
                        Suggestion.question(name, known.keySet()));
            } else if (seen.putIfAbsent(issuer, name) != null) {
                fields.refuse(
                        place + "[" + i + "]",
                        "'" + name + "'",
                        "an issuer with another 'issuer' than those before it",
                        "'" + seen.get(issuer) + "' is " + issuer + " too");
            }
        }
    }

    /** All of {@code jwt} as written. */
    record Written(List<WrittenIssuer> issuers, List<AtGateway> gateways) {}

    /** An issuer as written: whom its tokens may name depends on the node's trust domain. */
    record WrittenIssuer(@Nullable String identity, Issuer issuer) {}
}
