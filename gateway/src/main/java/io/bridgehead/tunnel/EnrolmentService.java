package io.bridgehead.tunnel;

import io.bridgehead.model.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;

/** Answers those who ask for an identity at the tunnel port; called on event loops, must not wait, may answer on any thread. */
public interface EnrolmentService {
    /** ALPN of an exchange with a token. */
    String JOIN = "bridgehead-join/1";

    /** ALPN of an exchange with the certificate that is to be renewed. */
    String RENEW = "bridgehead-renew/1";

    /** Somebody without a certificate asks, with a token. */
    void onJoin(byte[] request, String address, Consumer<byte[]> answer);

    /** A node whose certificate is valid asks for the next one. */
    void onRenewal(byte[] request, Shown peer, String address, Consumer<byte[]> answer);

    /** Who asks for the next certificate, and the one that proves it. */
    record Shown(SpiffeId id, X509Certificate leaf) {}

    /**
     * Somebody asks whose request is not even looked at.
     *
     * @param join whether it was without a certificate
     * @param tooOften because its address, or its identity, asked too often; else because what it sent is no request
     * @return the answer
     */
    byte[] onTurnedAway(boolean join, boolean tooOften, String address);
}
