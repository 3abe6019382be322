package io.bridgehead.proxy;

import io.bridgehead.model.Flow;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.Destination;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.preface.ProxyHeaderWriter;
import org.jspecify.annotations.Nullable;

/** What a stream of bytes to an endpoint begins with when its service asks for it: the PROXY header, said by the node that connects. */
final class Greeting {
    private Greeting() {}

    /** Null for services that want none, and through tunnels, where the far node says it. */
    static @Nullable Chunk of(ServiceRoute route, Destination destination, ExchangeRecord record) {
        if (destination.node() != null) {
            return null;
        }
        Approach approach = record.approach;
        Flow flow = approach == null ? null : approach.flow();
        return switch (route.proxyHeader()) {
            case NONE -> null;
            case V1 -> ProxyHeaderWriter.v1(flow);
            case V2 -> ProxyHeaderWriter.v2(flow, facts(record, approach));
        };
    }

    private static ProxyHeaderWriter.Facts facts(ExchangeRecord record, @Nullable Approach approach) {
        return new ProxyHeaderWriter.Facts(
                record.caller.identity().toString(),
                record.caller.site().value(),
                approach == null ? null : approach.serverName(),
                approach == null ? null : approach.alpn(),
                approach == null ? null : approach.tls());
    }
}
