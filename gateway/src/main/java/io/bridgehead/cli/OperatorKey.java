package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The operator's identity: it signs what a command changes, and shows a node elsewhere who asks. */
@OwnedBy(Owner.CONFINED)
final class OperatorKey {
    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            defaultValue =
                    "${env:BRIDGEHEAD_OPERATOR_CERTIFICATE:-${env:HOME:-${sys:user.home}}/.bridgehead/operator.crt}",
            description = "the operator's certificate, for what is signed and for --node"
                    + " (default: $BRIDGEHEAD_OPERATOR_CERTIFICATE, else ~/.bridgehead/operator.crt)")
    private Path certificate = Path.of("operator.crt");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            defaultValue = "${env:BRIDGEHEAD_OPERATOR_KEY:-${env:HOME:-${sys:user.home}}/.bridgehead/operator.key}",
            description = "its key (default: $BRIDGEHEAD_OPERATOR_KEY, else ~/.bridgehead/operator.key)")
    private Path key = Path.of("operator.key");

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            defaultValue = "${env:BRIDGEHEAD_OPERATOR_BUNDLE:-}",
            description =
                    "the trust anchors of its trust domain (default: $BRIDGEHEAD_OPERATOR_BUNDLE, else ca.crt beside the certificate)")
    private @Nullable Path bundle;

    RecordSigner signer() {
        try {
            return new RecordSigner(load());
        } catch (MaterialException e) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: " + e.getMessage()
                            + "\nchanges are signed by an operator: 'bridgehead pki operator' issues an identity");
        }
    }

    /** What is shown to a node elsewhere. */
    KeyMaterial material() {
        try {
            return load();
        } catch (MaterialException e) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: " + e.getMessage()
                            + "\n--node needs an operator's identity: 'bridgehead pki operator' issues one");
        }
    }

    private KeyMaterial load() throws MaterialException {
        Path named = bundle;
        Path anchors = named == null || named.toString().isEmpty() ? certificate.resolveSibling("ca.crt") : named;
        MaterialFiles.Paths paths = new MaterialFiles.Paths(certificate, key, anchors);
        return new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load();
    }
}
