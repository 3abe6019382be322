package io.bridgehead.tls.edge;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.security.cert.X509Certificate;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.jspecify.annotations.Nullable;

/** Reads a stapled OCSP response (RFC 6960, DER). Its signature is the client's to check: nobody here trusts it. */
final class OcspStaple {
    private OcspStaple() {}

    /** @throws MaterialException if it is no successful response for the certificate */
    static EdgeCertificate.Staple read(PemFile file, X509Certificate leaf) throws MaterialException {
        byte[] bytes = file.bytes();
        try {
            OCSPResp response = new OCSPResp(bytes);
            if (response.getStatus() == OCSPResp.SUCCESSFUL
                    && response.getResponseObject() instanceof BasicOCSPResp basic) {
                for (SingleResp single : basic.getResponses()) {
                    if (single.getCertID().getSerialNumber().equals(leaf.getSerialNumber())) {
                        boolean ends = single.getNextUpdate() != null;
                        return new EdgeCertificate.Staple(
                                bytes, ends ? single.getNextUpdate().toInstant().toEpochMilli() : Long.MAX_VALUE);
                    }
                }
            }
        } catch (IOException | OCSPException | RuntimeException e) {
            throw wrong(file, "the OCSP response is cut off or broken", e);
        }
        throw wrong(
                file,
                "no answer for the certificate with serial "
                        + leaf.getSerialNumber().toString(16),
                null);
    }

    private static MaterialException wrong(PemFile file, String found, @Nullable Exception cause) {
        return new MaterialException.Malformed(
                file.path(),
                found,
                "a successful OCSP response in DER for the certificate beside it",
                "fetch it again, such as with 'openssl ocsp -respout'",
                cause);
    }
}
