package io.bridgehead.proxy;

import io.bridgehead.authn.OriginIssuer;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What nodes of other sites are told of one caller and one service: fields that stay the same, and a signed statement of the caller, made for
 * the site and for a few seconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class HopWord {
    private final OriginIssuer issuer;
    private final Caller caller;
    private final String service;
    private final String revision;
    private final HeaderFields constant = new HeaderFields();
    private @Nullable SiteName site;
    private OriginIssuer.@Nullable Issued statement;

    HopWord(ProxyContext context, ServiceRoute route, String revision, Caller caller) {
        this.issuer = context.origins().issuer();
        this.caller = caller;
        this.service = route.name().value();
        this.revision = revision;
        constant.add(HeaderName.BRIDGEHEAD_SERVICE, service);
        constant.add(HeaderName.BRIDGEHEAD_REVISION, revision);
        constant.add(HeaderName.BRIDGEHEAD_CLIENT, caller.address());
    }

    /** Adds it all, for a node of this site; without a statement if the key fails, so that the site refuses the request. */
    void addTo(HeaderFields fields, SiteName destination) {
        fields.addAll(constant);
        addStatement(fields, destination);
    }

    /** Adds the statement alone, as it is made for a site. */
    void addStatement(HeaderFields fields, SiteName destination) {
        OriginIssuer.Issued known = statement;
        if (known == null || !destination.equals(site) || !issuer.isFresh(known)) {
            String proof = caller.proof().name().toLowerCase(Locale.ROOT);
            known = issuer.issue(new OriginIssuer.Subject(caller.identity(), proof, service, destination, revision));
            statement = known;
            site = destination;
        }
        if (known != null) {
            fields.add(HeaderName.BRIDGEHEAD_ORIGIN, known.text());
        }
    }
}
