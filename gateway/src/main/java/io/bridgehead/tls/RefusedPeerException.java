package io.bridgehead.tls;

import io.bridgehead.model.Withdrawal;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;

/** A valid chain, or one that would be, whose holder is not wanted: revoked, or not the one expected. */
public final class RefusedPeerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final Withdrawal why;

    /** @param why what it comes to for a connection that lives */
    public RefusedPeerException(Withdrawal why, String message) {
        super(message);
        this.why = why;
    }

    /** What a judgement of a live connection's chain comes to. */
    public static Withdrawal why(CertificateException judgement) {
        return switch (judgement) {
            case RefusedPeerException refused -> refused.why;
            case CertificateExpiredException _ -> Withdrawal.EXPIRED;
            default -> Withdrawal.UNTRUSTED;
        };
    }
}
