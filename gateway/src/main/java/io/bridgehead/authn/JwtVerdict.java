package io.bridgehead.authn;

import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TokenClaims;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of looking at a token. */
public sealed interface JwtVerdict {
    /** Whose token it is said to be, as the configuration calls the issuer; {@code unknown} for anybody else. */
    String issuerName();

    /**
     * The token is good.
     *
     * @param issuer who has signed it
     * @param keys the keys that were known then; others have it judged anew
     * @param claims what it says
     * @param identity whom it names as the caller; null when the issuer names none
     * @param fields the header fields that endpoints get
     * @param notAfterMillis when it is over, with the leeway for clocks
     */
    record Accepted(
            JwtIssuer issuer,
            JwksKeys keys,
            TokenClaims claims,
            @Nullable SpiffeId identity,
            List<Field> fields,
            long notAfterMillis)
            implements JwtVerdict {
        public Accepted {
            fields = List.copyOf(fields);
        }

        @Override
        public String issuerName() {
            return issuer.name();
        }

        /** Whether it holds without another look. */
        @SuppressWarnings("ReferenceEquality") // a set of keys is replaced, never changed
        public boolean holdsAt(long nowMillis) {
            return nowMillis < notAfterMillis && issuer.keys() == keys;
        }

        /** Whether endpoints get the token as well. */
        public boolean forwarded() {
            return issuer.rules().forward();
        }
    }

    /** A header field out of a claim. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Field(HeaderName name, byte[] value) {}

    /**
     * It is not.
     *
     * @param issuer whose it is said to be; null for nobody who is taken here
     * @param detail for people who run this node
     */
    record Refused(@Nullable JwtIssuer issuer, JwtFault fault, String detail) implements JwtVerdict {
        @Override
        public String issuerName() {
            return issuer == null ? "unknown" : issuer.name();
        }
    }
}
