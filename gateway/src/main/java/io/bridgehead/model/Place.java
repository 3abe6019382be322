package io.bridgehead.model;

/**
 * Where a site is: the cloud or operator and its region, as the site's nodes say.
 *
 * @param provider such as {@code aws}; empty when it is not said
 * @param region such as {@code us-east-1}; empty when it is not said
 */
public record Place(String provider, String region) {
    /** Nothing is said. */
    public static final Place UNKNOWN = new Place("", "");

    /** Whether nothing is said. */
    public boolean isUnknown() {
        return provider.isEmpty() && region.isEmpty();
    }

    /** Whether both are of one provider; what does not say is of none. */
    public boolean sharesProvider(Place other) {
        return !provider.isEmpty() && provider.equals(other.provider);
    }

    /** Whether both are in one region of one provider, or in one region where neither says whose. */
    public boolean sharesRegion(Place other) {
        return !region.isEmpty() && region.equals(other.region) && provider.equals(other.provider);
    }
}
