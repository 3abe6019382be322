package io.bridgehead.failover;

import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** One entry of a failover order: which sites are tried together at that place. */
public sealed interface TierSelector {
    /** The sites that this entry means, out of those that have endpoints; those that entries before it took are left out later. */
    List<SiteName> select(Places places, Collection<SiteName> sites);

    /** Reads {@code local}, {@code sameRegion}, {@code sameProvider}, {@code anySite} or a site's name; errors as {@link SiteName#SiteName}. */
    static TierSelector parse(String text) {
        for (Word word : Word.values()) {
            if (word.text.equals(text)) {
                return word;
            }
        }
        return new Named(new SiteName(text));
    }

    /** Whether this is a word, which no site is called. */
    static boolean isWord(String text) {
        return Stream.of(Word.values()).anyMatch(word -> word.text.equals(text));
    }

    /** Entries that mean other sites at each site. */
    enum Word implements TierSelector {
        /** The site of the node that decides. */
        LOCAL("local") {
            @Override
            boolean means(Places places, SiteName site) {
                return site.equals(places.local());
            }
        },
        /** Every site in the same region of the same provider. */
        SAME_REGION("sameRegion") {
            @Override
            boolean means(Places places, SiteName site) {
                return site.equals(places.local()) || places.of(site).sharesRegion(places.here());
            }
        },
        /** Every site of the same provider. */
        SAME_PROVIDER("sameProvider") {
            @Override
            boolean means(Places places, SiteName site) {
                return site.equals(places.local()) || places.of(site).sharesProvider(places.here());
            }
        },
        /** Every site. */
        ANY_SITE("anySite") {
            @Override
            boolean means(Places places, SiteName site) {
                return true;
            }
        };

        private final String text;

        Word(String text) {
            this.text = text;
        }

        abstract boolean means(Places places, SiteName site);

        @Override
        public List<SiteName> select(Places places, Collection<SiteName> sites) {
            List<SiteName> meant = new ArrayList<>(1);
            for (SiteName site : sites) {
                if (means(places, site)) {
                    meant.add(site);
                }
            }
            return List.copyOf(meant);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** One site by name. */
    record Named(SiteName site) implements TierSelector {
        @Override
        public List<SiteName> select(Places places, Collection<SiteName> sites) {
            return sites.contains(site) ? List.of(site) : List.of();
        }

        @Override
        public String toString() {
            return site.toString();
        }
    }
}
