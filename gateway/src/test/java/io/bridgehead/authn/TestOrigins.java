package io.bridgehead.authn;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gateways with keys, for tests in which no certificate is shown: each identity has one key for all tests of a process. */
public final class TestOrigins {
    private static final TestAuthority AUTHORITY = TestAuthority.root("origins");
    private static final Map<SpiffeId, KeyMaterial> MATERIALS = new ConcurrentHashMap<>();

    /** Trust that never changes. */
    public static final PeerKeys.Trust TRUSTED = new PeerKeys.Trust() {
        @Override
        public long number() {
            return 0;
        }

        @Override
        public boolean holds(List<X509Certificate> chain) {
            return true;
        }
    };

    private TestOrigins() {}

    public static KeyMaterial material(SpiffeId gateway) {
        return MATERIALS.computeIfAbsent(gateway, AUTHORITY::material);
    }

    public static PeerKeys keys(SpiffeId gateway) {
        PeerKeys keys = new PeerKeys(TRUSTED);
        keys.add(material(gateway).chain(), 0);
        return keys;
    }

    /** What a gateway has on one loop. */
    public static Origins of(SpiffeId gateway, SiteName site, Origins.Clock clock) {
        return of(gateway, site, SpeaksFor.OWN_AND_SITELESS, clock, OriginObserver.NONE);
    }

    public static Origins of(
            SpiffeId gateway, SiteName site, SpeaksFor trust, Origins.Clock clock, OriginObserver observer) {
        LiveTls tls = new LiveTls(material(gateway), TestAuthority.CLOCK);
        return new Origins(new OriginIssuer(tls, clock, observer), new OriginIntake(site, trust, clock, observer));
    }

    /** A statement of a gateway that was issued at this time. */
    public static OriginStatement statement(
            SpiffeId gateway, SpiffeId caller, String service, SiteName destination, long now) {
        return new OriginStatement(gateway, caller, "certificate", service, destination, "7", now, now + 60);
    }

    public static byte[] signed(OriginStatement statement) {
        try {
            return new OriginSigner(material(statement.issuer())).sign(statement);
        } catch (SignatureException e) {
            throw new AssertionError(e);
        }
    }

    public static void add(HeaderFields fields, OriginStatement statement) {
        fields.add(HeaderName.BRIDGEHEAD_ORIGIN, signed(statement));
    }

    public static String text(byte[] statement) {
        return new String(statement, StandardCharsets.US_ASCII);
    }
}
