package io.bridgehead.listen;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.match.Hosts;
import io.bridgehead.routing.GatewayPort.TlsMode;
import io.bridgehead.tls.edge.EdgeTls;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of TLS connections at a port with several listeners, by the server name that the client asks for. Immutable; equal ones
 * behave alike.
 */
public final class ServerNames {
    private final Map<HostPattern, Named> all;
    private final HostTable<Named> table;
    private final boolean requests;

    public ServerNames(Map<HostPattern, Named> all) {
        this.all = Map.copyOf(all);
        this.table = HostTable.of(all);
        this.requests = all.values().stream().anyMatch(named -> named.mode() == TlsMode.HTTPS);
    }

    /**
     * One listener.
     *
     * @param shown as people know it
     * @param tls what ends TLS; null where it passes through, and where there is no certificate, so that every handshake is refused. Its
     *     owner closes it
     */
    public record Named(
            String shown, TlsMode mode, @Nullable EdgeTls tls) {}

    /**
     * The listener that a client means, or null when there is none.
     *
     * @param serverName as sent; null for a client that names no server
     */
    @Nullable
    Named find(@Nullable String serverName) {
        return table.find(normalised(serverName));
    }

    /** A server name as it is compared; empty for none. */
    static String normalised(@Nullable String serverName) {
        return serverName == null ? "" : Hosts.normalise(serverName);
    }

    /** Whether any of the listeners takes requests. */
    boolean takesRequests() {
        return requests;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerNames that && all.equals(that.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }
}
