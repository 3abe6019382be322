package io.bridgehead.compile;

import io.bridgehead.config.TrafficSpec;
import io.bridgehead.policy.AccessPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What other documents say of a service.
 *
 * @param traffic what TrafficPolicies say that it does not say itself
 * @param access the AuthorizationPolicies that hold for it
 */
record RouteTerms(TrafficSpec traffic, List<AccessPolicy> access) {
    RouteTerms {
        access = List.copyOf(access);
    }

    /** Policies that are the same are the same objects, as long as their documents are. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof RouteTerms that) || access.size() != that.access.size()) {
            return false;
        }
        for (int i = 0; i < access.size(); i++) {
            if (access.get(i) != that.access.get(i)) {
                return false;
            }
        }
        return traffic.equals(that.traffic);
    }

    @Override
    public int hashCode() {
        return traffic.hashCode() + access.size();
    }
}
