package io.bridgehead.tls.handshake;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.RefusedPeerException;
import io.bridgehead.tls.SvidValidator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** The trust of links between nodes: the peer is its SPIFFE ID, host names play no part. */
final class PeerTrust {
    private PeerTrust() {}

    static ChainTrust manager(SvidValidator validator, ExpectedPeer expected) {
        return ChainTrust.inPeers((chain, authType, engine) -> check(List.of(chain), validator, expected));
    }

    /** Who the holder of the chain is; throws when the chain is not valid or its holder is not expected. */
    static SpiffeId check(List<X509Certificate> chain, SvidValidator validator, ExpectedPeer expected)
            throws CertificateException {
        return check(chain, validator, validator.now(), expected);
    }

    /**
     * The same of a connection that lives: a certificate that has ended since it was made is judged as of its end.
     *
     * @param until from then on a certificate that has ended is not good any more
     */
    static SpiffeId recheck(List<X509Certificate> chain, SvidValidator validator, Instant until, ExpectedPeer expected)
            throws CertificateException {
        Instant now = validator.now();
        Instant end = chain.getFirst().getNotAfter().toInstant();
        return check(chain, validator, now.isAfter(end) && now.isBefore(until) ? end : now, expected);
    }

    /** The same, as of some time. */
    static SpiffeId check(List<X509Certificate> chain, SvidValidator validator, Instant at, ExpectedPeer expected)
            throws CertificateException {
        SpiffeId peer = validator.validate(chain, at);
        String problem = expected.problem(peer);
        if (problem != null) {
            throw new RefusedPeerException(Withdrawal.QUARANTINE, problem);
        }
        return peer;
    }
}
