package io.bridgehead.cluster.api;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;

/** The key material of this node for links between members, and its judgement of a peer. Supplied by the gateway. */
public interface MemberTls {
    /**
     * The context for the next connection; a rotation shows as another answer. Its key managers hold this node's
     * SVID.
     */
    SSLContext current();

    /**
     * Checks the whole chain of a peer against the trust of this moment, including quarantine. Called after the
     * handshake, in addition to the trust manager of {@link #current}.
     *
     * @param chain the leaf first, never empty
     * @return the peer's SPIFFE ID
     * @throws CertificateException with a reason for people
     */
    String peerId(List<X509Certificate> chain) throws CertificateException;

    /**
     * The same of a peer whose link is open. A certificate that was good when the link was made and has ended since is
     * judged as of its end: its holder has another one by then.
     *
     * @throws CertificateException with a reason for people to close the link
     */
    default String stillPeerId(List<X509Certificate> chain) throws CertificateException {
        return peerId(chain);
    }
}
