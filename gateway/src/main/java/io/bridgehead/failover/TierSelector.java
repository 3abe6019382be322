package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.Collection;
import java.util.List;

/** One entry of a failover order: which sites are tried together at that place. */
public sealed interface TierSelector {
    /** The sites that this entry means at {@code local}, out of those that have endpoints. */
    List<SiteName> select(SiteName local, Collection<SiteName> sites);

    /** Reads {@code local} or a site's name; errors as {@link SiteName#SiteName}. */
    static TierSelector parse(String text) {
        return text.equals("local") ? new Local() : new Named(new SiteName(text));
    }

    /** The site of the node that decides. */
    record Local() implements TierSelector {
        @Override
        public List<SiteName> select(SiteName local, Collection<SiteName> sites) {
            return sites.contains(local) ? List.of(local) : List.of();
        }

        @Override
        public String toString() {
            return "local";
        }
    }

    /** One site by name. */
    record Named(SiteName site) implements TierSelector {
        @Override
        public List<SiteName> select(SiteName local, Collection<SiteName> sites) {
            return sites.contains(site) ? List.of(site) : List.of();
        }

        @Override
        public String toString() {
            return site.toString();
        }
    }
}
