package io.bridgehead.config.read;

import io.bridgehead.config.EdgeSettings;
import io.bridgehead.config.NetworkKinds;
import io.bridgehead.config.NodeConfig.Listener;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.SpiffeId;
import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The keys of one entry of {@code listeners}. */
final class ListenerKeys {
    private static final Key<String> NAME = Key.required(
            "name", Scalars.label("a listener name"), "What services and logs call this port; unique on the node.");
    static final Key<InetAddress> ADDRESS = Key.defaulted(
            "address",
            ConfigTypes.address(),
            "127.0.0.1",
            "Where it listens. Plaintext is served on loopback and private addresses only.");
    static final Key<Integer> PORT = Key.required(
            "port", Scalars.integer(0, 65_535), "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<ListenerProtocol> PROTOCOL = Key.defaulted(
            "protocol",
            Scalars.choice(ListenerProtocol.class, ListenerProtocol::name),
            "HTTP",
            "What it speaks. HTTP, HTTPS, TCP and TLS (passed through unread, by server name) are served by this version.");
    private static final Key<SpiffeId> IDENTITY = Key.optional(
            "identity",
            Scalars.spiffeId(),
            "What callers at this port are called. Without it: `spiffe://<trust domain>/site/<site>/unauthenticated`.");
    static final Key<Boolean> UNSAFE = Key.defaulted(
            "unsafePublicPlaintext",
            Scalars.truth(),
            "false",
            "Serves plaintext on an address that is not loopback or private: everybody on the way reads and changes it.");
    private static final Key<Integer> CONNECTIONS = Key.optional(
            "connectionsMax",
            Scalars.integer(1, 1_000_000),
            "Open connections at this port; further ones are closed. Without it: `limits.connectionsMax`.");

    static final Section<Written> SECTION = Section.of(
            "listener",
            ListenerKeys::build,
            NAME,
            ADDRESS,
            PORT,
            PROTOCOL,
            IDENTITY,
            UNSAFE,
            CONNECTIONS,
            ClientKeys.EXPOSURE,
            ClientKeys.PER_ADDRESS,
            ClientKeys.TRUSTED_PROXIES,
            ClientKeys.TRUSTED_HOPS,
            ClientKeys.PROXY_PROTOCOL,
            EdgeKeys.TLS,
            EdgeKeys.HTTP2,
            EdgeKeys.FORWARD,
            EdgeKeys.UNSAFE_FORWARD,
            JwtKeys.OF_LISTENER);

    private ListenerKeys() {}

    private static @Nullable Written build(Fields fields) {
        int before = fields.problems();
        ListenerProtocol protocol = fields.get(PROTOCOL);
        if (!protocol.isServed()) {
            fields.refuse(
                    PROTOCOL,
                    fields.shown(PROTOCOL),
                    "HTTP, HTTPS, TCP or TLS",
                    protocol + " is not served by this version");
        }
        boolean encrypted = protocol == ListenerProtocol.HTTPS || protocol == ListenerProtocol.TLS;
        requireInternal(fields, ADDRESS, fields.get(UNSAFE) || encrypted);
        requireFixedPort(fields, ADDRESS, PORT);
        ClientKeys.judge(fields, protocol);
        Written written = new Written(
                fields.get(NAME),
                fields.get(ADDRESS),
                fields.get(PORT),
                protocol,
                fields.find(IDENTITY),
                fields.get(UNSAFE),
                fields.find(CONNECTIONS),
                ClientKeys.written(fields),
                EdgeKeys.read(fields, protocol));
        return fields.problems() == before ? written : null;
    }

    /** Refuses plaintext on an address that strangers can reach. */
    static void requireInternal(Fields fields, Key<InetAddress> key, boolean unsafe) {
        InetAddress address = fields.get(key);
        if (!unsafe && !NetworkKinds.isInternal(address)) {
            fields.refuse(
                    key,
                    fields.shown(key),
                    "a loopback or private address for plaintext",
                    "bind to one of this machine's private addresses, or set unsafePublicPlaintext: true");
        }
    }

    /** Refuses port 0 where others must find it. */
    static void requireFixedPort(Fields fields, Key<InetAddress> address, Key<Integer> port) {
        if (fields.get(port) == 0 && !fields.get(address).isLoopbackAddress()) {
            fields.refuse(port, "'0'", "a port from 1 to 65535", "0 is for loopback addresses only");
        }
    }

    /** A listener as written: what depends on the rest of the file is filled in later. */
    record Written(
            String name,
            InetAddress address,
            int port,
            ListenerProtocol protocol,
            @Nullable SpiffeId identity,
            boolean unsafePublicPlaintext,
            @Nullable Integer connectionsMax,
            ClientKeys.Written clients,
            EdgeSettings edge) {
        Listener complete(SpiffeId unauthenticated, NodeLimits limits, Path folder) {
            return new Listener(
                    name,
                    address,
                    port,
                    protocol,
                    identity == null ? unauthenticated : identity,
                    unsafePublicPlaintext,
                    connectionsMax == null ? limits.connectionsMax() : connectionsMax,
                    clients.complete(limits.connections().perAddress()),
                    edge.in(folder));
        }
    }
}
