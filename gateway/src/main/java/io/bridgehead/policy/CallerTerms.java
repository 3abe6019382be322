package io.bridgehead.policy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Set;

/**
 * A {@code source} of a policy's rule: callers that fit all of its lists that are not empty, and none of its {@code not} lists.
 *
 * <p>Where a policy <b>grants</b>, it speaks of callers whom somebody vouches for: identities of the fabric's trust domain, and of others only
 * where the source names them or their domain; {@code unauthenticated}, the identity of callers at a plaintext listener that declares none, only
 * where a principal names it. Where a policy denies or audits it means everybody who fits.
 *
 * @param requestPrincipals {@code <issuer>/<subject>} of the request's JSON Web Token, which the node of entry alone sees
 * @param namespaces of the form that Istio and SPIRE give to identities of Kubernetes: {@code /ns/<namespace>/sa/<account>}
 */
public record CallerTerms(
        List<PrincipalPattern> principals,
        List<PrincipalPattern> notPrincipals,
        TextTerm requestPrincipals,
        TextTerm namespaces,
        Set<SiteName> sites,
        Set<SiteName> notSites,
        Set<TrustDomain> trustDomains,
        Set<TrustDomain> notTrustDomains) {
    private static final String NAMESPACE = "/ns/";

    public CallerTerms {
        principals = List.copyOf(principals);
        notPrincipals = List.copyOf(notPrincipals);
        sites = Set.copyOf(sites);
        notSites = Set.copyOf(notSites);
        trustDomains = Set.copyOf(trustDomains);
        notTrustDomains = Set.copyOf(notTrustDomains);
    }

    boolean fits(Access access, Grounds grounds) {
        boolean grants = grounds.grants();
        Caller caller = access.caller();
        SpiffeId id = caller.identity();
        if (grants && access.isForeign() && trustDomains.isEmpty() && !isNamed(id)) {
            return false;
        }
        if (grants && isUnauthenticated(id) && !isNamed(id) && !requestPrincipals.wants()) {
            return false;
        }
        return fitsToken(access, grounds)
                && fitsDomain(id)
                && (sites.isEmpty() || sites.contains(caller.site()))
                && !notSites.contains(caller.site())
                && (principals.isEmpty() || any(principals, id))
                && !any(notPrincipals, id)
                && fitsNamespace(id.path());
    }

    private boolean fitsToken(Access access, Grounds grounds) {
        if (!requestPrincipals.asks()) {
            return true;
        }
        TokenClaims token = access.caller().token();
        if (token == null && !access.arrival().isHere()) {
            return grounds.elsewhere();
        }
        return (token == null || token.principal().isEmpty())
                ? requestPrincipals.fitsNothing()
                : requestPrincipals.fits(token.principal());
    }

    private boolean fitsDomain(SpiffeId id) {
        return (trustDomains.isEmpty() || trustDomains.contains(id.trustDomain()))
                && !notTrustDomains.contains(id.trustDomain());
    }

    private boolean fitsNamespace(String path) {
        if (!namespaces.asks()) {
            return true;
        }
        int start = NAMESPACE.length();
        int end = path.startsWith(NAMESPACE) ? path.indexOf('/', start) : -1;
        return end < 0 ? namespaces.fitsNothing() : namespaces.fits(path, start, end);
    }

    private static boolean isUnauthenticated(SpiffeId id) {
        return SourcePattern.isUnauthenticated(id.path());
    }

    private boolean isNamed(SpiffeId id) {
        for (int i = 0; i < principals.size(); i++) {
            if (principals.get(i).namesDomain() && principals.get(i).fits(id)) {
                return true;
            }
        }
        return false;
    }

    private static boolean any(List<PrincipalPattern> patterns, SpiffeId id) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).fits(id)) {
                return true;
            }
        }
        return false;
    }
}
