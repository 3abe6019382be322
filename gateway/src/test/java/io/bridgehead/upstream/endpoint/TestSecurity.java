package io.bridgehead.upstream.endpoint;

import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.handshake.EndpointSecurity;
import java.time.Clock;

/** TLS to endpoints, of a node with a certificate of a test authority. */
public final class TestSecurity {
    private TestSecurity() {}

    /** For tests in which no endpoint speaks TLS. */
    public static EndpointSecurity unused() {
        return of(TestAuthority.root("nobody"), AuthorityFiles.none(), 5000);
    }

    public static EndpointSecurity of(TestAuthority own, AuthorityFiles authorities, long handshakeMillis) {
        LiveTls live = new LiveTls(own.material(TestAuthority.gateway("aws", "aws-a")), Clock.systemUTC());
        return new EndpointSecurity(
                live, authorities, new EndpointSecurity.Settings(handshakeMillis, Clock.systemUTC(), Runnable::run));
    }

    /** With what manifests hold. */
    static EndpointSecurity of(TestAuthority own, ManifestMaterial manifests) {
        LiveTls live = new LiveTls(own.material(TestAuthority.gateway("aws", "aws-a")), Clock.systemUTC());
        return new EndpointSecurity(
                live,
                AuthorityFiles.none(),
                manifests,
                new EndpointSecurity.Settings(5_000, Clock.systemUTC(), Runnable::run));
    }
}
