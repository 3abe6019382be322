package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy.HashOn;
import io.bridgehead.balance.KeyHash;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import org.jspecify.annotations.Nullable;

/** What of a request is hashed to choose an endpoint; asked only where a service hashes. */
final class RequestKey {
    private static final HeaderName COOKIE = HeaderName.of("cookie");

    private RequestKey() {}

    /** The hash; 0 when the request has nothing of the kind. */
    static long of(HashOn what, HeaderFields fields, Caller caller) {
        String text = switch (what) {
            case HashOn.Header(HeaderName name) -> fields.first(name);
            case HashOn.Cookie(String name) -> cookie(fields, name);
            case HashOn.Source() -> caller.address();
        };
        return text == null || text.isEmpty() ? 0 : KeyHash.of(text);
    }

    /** The value of the first cookie of this name (RFC 6265, section 5.4), as it was sent. */
    private static @Nullable String cookie(HeaderFields fields, String name) {
        for (int i = fields.indexOf(COOKIE, 0); i >= 0; i = fields.indexOf(COOKIE, i + 1)) {
            String all = fields.value(i);
            for (int start = 0; start < all.length(); ) {
                int semicolon = all.indexOf(';', start);
                int end = semicolon < 0 ? all.length() : semicolon;
                int equals = all.indexOf('=', start);
                if (equals >= 0
                        && equals < end
                        && all.substring(start, equals).trim().equals(name)) {
                    return all.substring(equals + 1, end).trim();
                }
                start = end + 1;
            }
        }
        return null;
    }
}
