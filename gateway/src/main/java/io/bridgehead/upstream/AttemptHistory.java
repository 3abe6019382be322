package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one exchange has tried so far, in order. Bounded by the attempts that the service's retry policy allows. */
@OwnedBy(Owner.EVENT_LOOP)
public final class AttemptHistory {
    private List<Destination> tried = List.of();
    private int count;
    private @Nullable Preference preference;
    private long key;

    private record Preference(SiteName site, Endpoint endpoint) {}

    /** Attempts go here before all else if they can, and no order of an operator stands against it. */
    public void prefer(SiteName site, Endpoint endpoint) {
        preference = new Preference(site, endpoint);
    }

    /** The site to go to if it can serve, or null. */
    public @Nullable SiteName preferredSite() {
        return preference == null ? null : preference.site;
    }

    /** The endpoint to go to if it can serve, or null. */
    public @Nullable Endpoint preferredEndpoint() {
        return preference == null ? null : preference.endpoint;
    }

    /** An attempt is made here. */
    public void add(Destination destination) {
        if (tried.isEmpty()) {
            tried = new ArrayList<>(2);
        }
        tried.add(destination);
        count++;
    }

    /**
     * The attempt made here failed for a reason that is not the place's, such as a stale connection: it counts, but
     * may be made there again.
     */
    public void pardon(Destination destination) {
        if (has(destination.site())) {
            tried.remove(destination);
        }
    }

    /** The request is one of a service that {@link ServiceRoute#hashes}: what it hashes is part of the choice from now on. */
    public void hash(ServiceRoute route, HeaderFields fields, Caller caller) {
        BalancePolicy.HashOn what = route.resilience().balance().hashOn();
        key = what == null ? 0 : RequestKey.of(what, fields, caller);
    }

    /** The hash of the request; 0 for none. */
    long key() {
        return key;
    }

    /** The number of attempts made. */
    public int count() {
        return count;
    }

    /** Whether this endpoint was tried. */
    public boolean has(Endpoint endpoint) {
        for (int i = 0; i < tried.size(); i++) {
            if (endpoint.equals(tried.get(i).endpoint())) {
                return true;
            }
        }
        return false;
    }

    /** Whether this node was tried. */
    public boolean has(NodeName node) {
        for (int i = 0; i < tried.size(); i++) {
            if (node.equals(tried.get(i).node())) {
                return true;
            }
        }
        return false;
    }

    /** Whether this place was tried. */
    public boolean has(Destination destination) {
        NodeName node = destination.node();
        Endpoint endpoint = destination.endpoint();
        return node != null ? has(node) : endpoint != null && has(endpoint);
    }

    /** Whether an endpoint or node of this site was tried. */
    public boolean has(SiteName site) {
        for (int i = 0; i < tried.size(); i++) {
            if (site.equals(tried.get(i).site())) {
                return true;
            }
        }
        return false;
    }

    /** What was tried and not pardoned, in order; not to be changed. */
    public List<Destination> all() {
        return tried;
    }
}
