package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Option;

/** The identity that signs what a command changes. */
@OwnedBy(Owner.CONFINED)
final class OperatorKey {
    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            defaultValue =
                    "${env:BRIDGEHEAD_OPERATOR_CERTIFICATE:-${env:HOME:-${sys:user.home}}/.bridgehead/operator.crt}",
            description = "the operator's certificate; ca.crt must lie beside it"
                    + " (default: $BRIDGEHEAD_OPERATOR_CERTIFICATE, else ~/.bridgehead/operator.crt)")
    private Path certificate = Path.of("operator.crt");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            defaultValue = "${env:BRIDGEHEAD_OPERATOR_KEY:-${env:HOME:-${sys:user.home}}/.bridgehead/operator.key}",
            description = "its key (default: $BRIDGEHEAD_OPERATOR_KEY, else ~/.bridgehead/operator.key)")
    private Path key = Path.of("operator.key");

    RecordSigner signer() {
        MaterialFiles.Paths paths = new MaterialFiles.Paths(certificate, key, certificate.resolveSibling("ca.crt"));
        try {
            return new RecordSigner(
                    new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load());
        } catch (MaterialException e) {
            throw new Failure(
                    Failure.PROBLEM,
                    "bridgehead: " + e.getMessage()
                            + "\nchanges are signed by an operator: 'bridgehead pki operator' issues an identity");
        }
    }
}
