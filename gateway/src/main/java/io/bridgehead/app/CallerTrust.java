package io.bridgehead.app;

import io.bridgehead.authn.SpeaksFor;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.Trust;
import java.util.List;

/** Which site may speak for which callers, by {@code trust.speaksFor}. */
final class CallerTrust {
    private CallerTrust() {}

    static SpeaksFor of(Trust trust) {
        return (site, caller) -> {
            String objection = SpeaksFor.OWN_AND_SITELESS.objection(site, caller);
            List<IdentityPattern> only = trust.speaksFor().get(site);
            if (objection != null || only == null) {
                return objection;
            }
            for (IdentityPattern pattern : only) {
                if (pattern.matches(caller)) {
                    return null;
                }
            }
            return "expected one of " + only + ", as trust.speaksFor says of site '" + site + "'";
        };
    }
}
