package io.bridgehead.wire.preface;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello says in clear. With Encrypted ClientHello these are the words of the outer one.
 *
 * @param serverName the name of the server that is meant (RFC 6066, section 3), as sent; null when there is none
 * @param alpn the application protocols that the client offers (RFC 7301), in its order
 */
public record ClientHello(@Nullable String serverName, List<String> alpn) {
    public ClientHello {
        alpn = List.copyOf(alpn);
    }
}
