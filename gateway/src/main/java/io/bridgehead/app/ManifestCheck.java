package io.bridgehead.app;

import io.bridgehead.routing.GatewayPort.Certificate;
import io.bridgehead.routing.GatewayPort.MaterialCheck;
import io.bridgehead.tls.ManifestMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.edge.PemMaterial;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Checks material of manifests as those who use it will.
 *
 * @param clock says whether certificates are valid now
 */
record ManifestCheck(Clock clock) implements MaterialCheck {
    /** A check that throws what it finds. */
    private interface Attempt {
        void run() throws MaterialException;
    }

    @Override
    public @Nullable String problem(Certificate certificate) {
        return found(() -> GatewayTls.pair(certificate).check(clock));
    }

    @Override
    public @Nullable String clientProblem(Certificate certificate) {
        return found(() -> ManifestMaterial.check(
                certificate.shown(), new ManifestMaterial.Pair(certificate.certificatePem(), certificate.keyPem())));
    }

    @Override
    public @Nullable String authorityProblem(String shown, String authoritiesPem) {
        return found(() -> new PemMaterial.Authorities(shown, authoritiesPem).check());
    }

    private static @Nullable String found(Attempt attempt) {
        try {
            attempt.run();
            return null;
        } catch (MaterialException e) {
            return e.getMessage();
        }
    }
}
