package io.bridgehead.upstream.endpoint;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Which addresses an endpoint of the own site may have, as {@code trust.endpoints} says. Any thread asks. */
public interface EndpointTrust {
    /** Every address is taken: for tests, and for nodes whose operator has said so. */
    EndpointTrust ANY = address -> null;

    /**
     * Why an endpoint must not lie here, as what was found instead (such as "a loopback address"); null when it may.
     *
     * @param address resolved
     */
    @Nullable
    String refusal(InetSocketAddress address);
}
