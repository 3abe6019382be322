package io.bridgehead.model;

/** A SPIFFE trust domain name: 1 to 255 characters of a-z, 0-9, '.', '-', '_' (SPIFFE-ID, section 2.1). */
public record TrustDomain(String value) {
    static final int CHARACTERS_MAX = 255;

    /** @throws IllegalArgumentException if the value is not a trust domain name */
    public TrustDomain {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "trust domain '" + value + "': expected 1 to 255 characters of a-z, 0-9, '.', '-' and '_'");
        }
    }

    /** Whether {@link #TrustDomain} would take this value. */
    public static boolean isValid(String value) {
        if (value.isEmpty() || value.length() > CHARACTERS_MAX) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}
