package io.bridgehead.authn;

import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import org.jspecify.annotations.Nullable;

/** Which site may speak for which callers, as this node's configuration says. */
@FunctionalInterface
public interface SpeaksFor {
    /** A site speaks for everybody but identities of other sites: {@code /site/<another>/...}. */
    SpeaksFor OWN_AND_SITELESS = (site, caller) -> {
        SiteName home = caller.site();
        return home == null || home.equals(site) ? null : "expected no identity of another site";
    };

    /** What speaks against it, as the end of a sentence; null when the site may speak for the caller. */
    @Nullable
    String objection(SiteName site, SpiffeId caller);
}
