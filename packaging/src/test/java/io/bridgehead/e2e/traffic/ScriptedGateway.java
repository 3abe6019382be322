package io.bridgehead.e2e.traffic;

import io.bridgehead.authn.OriginSigner;
import io.bridgehead.authn.OriginStatement;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A gateway that has a valid identity and says over its tunnels whatever a test has it say. */
public final class ScriptedGateway {
    private final MaterialFiles.Paths paths;
    private final KeyMaterial material;

    private ScriptedGateway(MaterialFiles.Paths paths, KeyMaterial material) {
        this.paths = paths;
        this.material = material;
    }

    /** One with these certificates and this key. */
    public static ScriptedGateway with(MaterialFiles.Paths paths) {
        try {
            KeyMaterial material = KeyMaterial.of(
                    PemFile.read(paths.certificate()).certificates(),
                    PemFile.read(paths.key()).privateKey(),
                    PemFile.read(paths.bundle()).certificates());
            return new ScriptedGateway(paths, material);
        } catch (MaterialException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public SpiffeId id() {
        return material.id();
    }

    /** A tunnel connection for requests, after its hello. */
    public Tunnel dial(int port) throws IOException {
        RawHttp2 connection = RawHttp2.over(TlsIntruder.with(paths).connect(port, "h2"), "https");
        RawHttp2.Answer hello = connection.await(connection.open(
                "POST",
                "tunnel",
                "/.bridgehead/hello",
                true,
                "bridgehead-hello-versions",
                "1-1",
                "bridgehead-hello-node",
                String.valueOf(id().gatewayNode()),
                "bridgehead-hello-site",
                String.valueOf(id().site()),
                "bridgehead-hello-loops",
                "1",
                "bridgehead-hello-loop",
                "0",
                "bridgehead-hello-purpose",
                "requests"));
        if (hello.status() != 200) {
            throw new IOException("hello answered " + hello.status() + " " + hello.field("bridgehead-detail"));
        }
        return new Tunnel(connection);
    }

    /** What it says of a caller, issued so many seconds ago. */
    public OriginStatement statement(String caller, String service, String site, long agoSeconds) {
        long issued = Instant.now().getEpochSecond() - agoSeconds;
        return new OriginStatement(
                id(),
                SpiffeId.parse(caller),
                "certificate",
                service,
                new SiteName(site),
                "1",
                issued,
                issued + OriginStatement.LIFETIME_SECONDS_MAX);
    }

    /** A statement, signed with its key whoever its issuer is. */
    public String signed(OriginStatement statement) {
        try {
            return new String(new OriginSigner(material).sign(statement), StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One of its tunnel connections. */
    public record Tunnel(RawHttp2 http) implements AutoCloseable {
        /** A GET for a service with these statements, and further fields as names and values in turn. */
        public RawHttp2.Answer get(String service, List<String> statements, String... fields) throws IOException {
            List<String> all = new ArrayList<>(List.of("bridgehead-service", service, "bridgehead-revision", "1"));
            statements.forEach(statement -> all.addAll(List.of("bridgehead-origin", statement)));
            all.addAll(List.of(fields));
            return http.get(service + ".example", "/", all.toArray(String[]::new));
        }

        /** Shows certificates for what it signs. */
        public RawHttp2.Answer shows(String chain) throws IOException {
            return http.await(http.open("POST", "tunnel", "/.bridgehead/chain", true, "bridgehead-chain", chain));
        }

        @Override
        public void close() throws IOException {
            http.close();
        }
    }
}
