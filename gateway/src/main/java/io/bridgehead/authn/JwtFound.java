package io.bridgehead.authn;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;

/** The token of one request, and whether there are more. */
@OwnedBy(Owner.CONFINED)
public final class JwtFound {
    private @Nullable JwtPlace place;
    private String token = "";
    private int count;

    JwtFound() {}

    void add(JwtPlace where, String text) {
        count++;
        if (place == null) {
            place = where;
            token = text;
        }
    }

    /** Where the first one stands; null when there is none. */
    public @Nullable JwtPlace place() {
        return place;
    }

    /** The first one. */
    public String token() {
        return token;
    }

    /** Whether there is more than one, so that nobody knows which counts. */
    public boolean isAmbiguous() {
        return count > 1;
    }
}
