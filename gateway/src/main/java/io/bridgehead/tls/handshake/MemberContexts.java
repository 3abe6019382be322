package io.bridgehead.tls.handshake;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.KeyStores;
import io.bridgehead.tls.LiveTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * JDK TLS contexts for links between cluster members: TLS 1.3, both sides with certificates, gateways of the own trust
 * domain only, no resumption. Any thread may ask; a context is built once for each generation of key material.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class MemberContexts {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] GROUPS = {"x25519", "secp256r1"};

    private final LiveTls live;
    private final ExpectedPeer member;
    private volatile @Nullable Built built;

    /** @param everyPeer asked of every member beside its being a gateway of the own trust domain, such as quarantine */
    public MemberContexts(LiveTls live, ExpectedPeer everyPeer) {
        this.live = live;
        this.member = peer -> ExpectedPeer.gatewayIn(live.current().validator().trustDomain())
                .and(everyPeer)
                .problem(peer);
    }

    /** The context for the next connection; another one after a rotation. Engines need {@link #engine}'s parameters. */
    public SSLContext current() {
        LiveTls.Generation generation = live.current();
        Built known = built;
        if (known != null && known.generation() == generation.number()) {
            return known.context();
        }
        SSLContext context = build(generation);
        built = new Built(generation.number(), context);
        return context;
    }

    /** An engine of {@link #current} with TLS 1.3, named groups, suites and mandatory client certificates set. */
    public SSLEngine engine(boolean client) {
        SSLEngine engine = current().createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(CipherOrder.TLS13.toArray(String[]::new));
        parameters.setNamedGroups(GROUPS);
        parameters.setNeedClientAuth(!client);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * Judges a member's chain by the trust in force now.
     *
     * @param chain the leaf first
     * @throws CertificateException with the reason to refuse it
     */
    public SpiffeId peerId(List<X509Certificate> chain) throws CertificateException {
        return PeerTrust.check(chain, live.current().validator(), member);
    }

    /**
     * Judges the chain of a member whose link is open by the trust in force now. Links live for as long as both members
     * do, so a certificate that has ended since is judged as of its end: its holder has another one by then, or makes
     * no new link.
     *
     * @param chain the leaf first
     * @throws CertificateException with the reason to close the link
     */
    public SpiffeId recheck(List<X509Certificate> chain) throws CertificateException {
        return PeerTrust.recheck(chain, live.current().validator(), Instant.MAX, member);
    }

    private SSLContext build(LiveTls.Generation generation) {
        KeyMaterial material = generation.material();
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            TrustManager[] trust = {PeerTrust.manager(generation.validator(), member)};
            context.init(KeyStores.presenting(material), trust, null);
            context.getServerSessionContext().setSessionTimeout(Resumption.NO_TICKETS_TIMEOUT_SECONDS);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(
                    "TLS context of " + material + ": " + e.getMessage()
                            + "; expected key material that the JDK can use",
                    e);
        }
    }

    private record Built(long generation, SSLContext context) {}
}
