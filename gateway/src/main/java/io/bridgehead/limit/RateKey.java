package io.bridgehead.limit;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Which requests share a bucket of a {@link RateLimit}. */
public sealed interface RateKey {
    /**
     * The bucket of a request among those of one limit: an object that equals that of every request which shares it.
     *
     * @param fields of the request; null for a connection
     */
    Object of(Caller caller, @Nullable HeaderFields fields);

    /** All of them together. */
    record All() implements RateKey {
        @Override
        public Object of(Caller caller, @Nullable HeaderFields fields) {
            return "";
        }

        @Override
        public String toString() {
            return "in all";
        }
    }

    /** Those of one SPIFFE ID; callers of a site without proof share {@code unauthenticated}. */
    record Identity() implements RateKey {
        @Override
        public Object of(Caller caller, @Nullable HeaderFields fields) {
            return caller.identity();
        }

        @Override
        public String toString() {
            return "for each identity";
        }
    }

    /** Those that entered the fabric at one site. */
    record Site() implements RateKey {
        @Override
        public Object of(Caller caller, @Nullable HeaderFields fields) {
            return caller.site();
        }

        @Override
        public String toString() {
            return "for each site";
        }
    }

    /** Those of one IPv4 address, or of one /64 of IPv6, which is what one client has. */
    record Address() implements RateKey {
        @Override
        public Object of(Caller caller, @Nullable HeaderFields fields) {
            String text = caller.address();
            if (text.indexOf(':') < 0) {
                return text;
            }
            IpAddress address = IpAddress.parse(text);
            // an IPv4 address in the clothes of IPv6 has nothing in its first half
            return address == null ? text : address.high() == 0 ? address : Long.valueOf(address.high());
        }

        @Override
        public String toString() {
            return "for each client address";
        }
    }

    /** Those with the same first value of a field; all without it share a bucket. */
    record Header(HeaderName name) implements RateKey {
        private static final int TEXT_MAX = 128;

        @Override
        public Object of(Caller caller, @Nullable HeaderFields fields) {
            String value = fields == null ? null : fields.first(name);
            return value == null ? "" : value.length() <= TEXT_MAX ? value : digest(value);
        }

        /** A long value would be kept as long as its bucket. */
        private static String digest(String value) {
            try {
                byte[] sum = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.ISO_8859_1));
                return HexFormat.of().formatHex(sum);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("SHA-256: expected in every JDK", e);
            }
        }

        @Override
        public String toString() {
            return "for each value of " + name;
        }
    }
}
