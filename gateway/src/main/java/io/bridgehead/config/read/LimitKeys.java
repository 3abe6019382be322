package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.ConnectionLimits;
import io.bridgehead.config.NodeConfig.DatagramLimits;
import io.bridgehead.config.NodeConfig.EdgeTimes;
import io.bridgehead.config.NodeConfig.Http2Limits;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.config.NodeConfig.OverloadLimits;
import io.bridgehead.config.NodeConfig.Protection;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.time.Duration;

/** The keys of {@code limits}: how long and how much, on every connection of the node. */
final class LimitKeys {
    private static final Key<Duration> REQUEST_HEAD = Key.defaulted(
            "requestHeadTimeout",
            Scalars.duration("100ms", "10m"),
            "10s",
            "From the first byte of a request to the end of its head.");
    private static final Key<Duration> IDLE = Key.defaulted(
            "idleTimeout",
            Scalars.duration("1s", "24h"),
            "60s",
            "How long a kept-alive connection may wait for its next request.");
    private static final Key<Integer> HEADER_BYTES =
            Key.defaulted("headerBytesMax", Scalars.size("1KiB", "1MiB"), "16KiB", "All header fields of one message.");
    private static final Key<Integer> HEADER_FIELDS =
            Key.defaulted("headerFieldsMax", Scalars.integer(8, 10_000), "100", "Header fields of one message.");
    private static final Key<Integer> CONNECTIONS = Key.defaulted(
            "connectionsMax",
            Scalars.integer(1, 1_000_000),
            "20000",
            "Open connections per listener; further ones are closed.");
    private static final Key<Integer> CONNECTIONS_TOTAL = Key.optional(
            "connectionsTotal",
            Scalars.integer(1, 1_000_000),
            "Open connections at all listeners together; further ones are closed. Without it: half of the process's file descriptors, at most 50000.");
    private static final Key<Integer> PER_ADDRESS = Key.defaulted(
            "connectionsPerAddress",
            Scalars.integer(1, 1_000_000),
            "256",
            "Open connections of one client address (IPv6: one /64) per listener with `exposure: public`; further ones are closed.");
    private static final Key<Duration> PREFACE = Key.defaulted(
            "prefaceTimeout",
            Scalars.duration("100ms", "10m"),
            "5s",
            "How long a connection may take for its PROXY header, and for the ClientHello of TLS that is passed through.");
    private static final Key<Integer> DATAGRAM_SESSIONS = Key.defaulted(
            "datagramSessionsMax",
            Scalars.integer(1, 1_000_000),
            "10000",
            "Clients of one port for UDP, by address and port; datagrams of further ones are dropped. They count as connections in `connectionsTotal`.");
    private static final Key<Duration> DATAGRAM_IDLE = Key.defaulted(
            "datagramIdleTimeout",
            Scalars.duration("1s", "24h"),
            "60s",
            "How long a client of a port for UDP keeps its endpoint without datagrams of either side; 10s at most until the endpoint has answered.");
    private static final Key<Integer> POOL_CONNECTIONS = Key.defaulted(
            "poolConnectionsMax",
            Scalars.integer(1, 100_000),
            "1024",
            "Connections to one endpoint from one event loop.");
    private static final Key<Integer> PENDING = Key.defaulted(
            "pendingMax",
            Scalars.integer(0, 1_000_000),
            "1024",
            "Requests that wait for a connection to one endpoint on one event loop.");
    private static final Key<Integer> BUFFERED = Key.defaulted(
            "bufferedBytesMax",
            Scalars.size("4KiB", "64MiB"),
            "64KiB",
            "Bytes kept for a slow reader of one connection before reading stops.");
    private static final Key<Integer> REPLAY = Key.defaulted(
            "replayBytesMax",
            Scalars.size("0B", "16MiB"),
            "64KiB",
            "Bytes of a request body kept so that it can be sent again.");
    private static final Key<Duration> DRAIN = Key.defaulted(
            "drainTimeout",
            Scalars.duration("0s", "24h"),
            "30s",
            "How long open exchanges may go on after the node was told to stop.");

    private static final Key<Duration> BODY_GRACE = Key.defaulted(
            "requestBodyGrace",
            Scalars.duration("100ms", "10m"),
            "5s",
            "How long the body of a plain request may take before its pace is judged, until its answer begins.");
    private static final Key<Integer> BODY_RATE = Key.defaulted(
            "requestBodyRateMin",
            Scalars.size("0B", "1MiB"),
            "1KiB",
            "Bytes a second that such a body must bring; slower ones are refused with 408. 0B: any pace.");
    private static final Key<Integer> INFORMATIONAL = Key.defaulted(
            "informationalMax",
            Scalars.integer(1, 100),
            "16",
            "Answers of an endpoint with a status of 1xx before the final one.");
    private static final Key<Duration> STUCK = Key.defaulted(
            "loopStuckExit",
            Scalars.duration("1s", "10m"),
            "10s",
            "How long an event loop may make no progress before the process ends with exit code 70, to be started again.");
    private static final Key<Http2Limits> HTTP2 = Key.defaulted(
            "http2", ProtectionKeys.HTTP2, "{}", "Streams and windows of HTTP/2, and what stands against floods.");
    private static final Key<OverloadLimits> OVERLOAD = Key.defaulted(
            "overload",
            ProtectionKeys.OVERLOAD,
            "{}",
            "What the node does when heap, direct memory, file descriptors or time of its event loops run short.");
    private static final Key<Duration> AGE = Key.defaulted(
            "connectionAgeMax",
            Scalars.duration("0s", "24h"),
            "1h",
            "How old a client's HTTP connection may become before it ends after what it is at (GOAWAY, `Connection: close`); each draws its own from the last fifth. 0s: any age.");
    private static final Key<Duration> HANDSHAKE = Key.defaulted(
            "tlsHandshakeTimeout",
            Scalars.duration("100ms", "5m"),
            "5s",
            "From the begin of a client's connection to the end of its TLS handshake.");

    private static final Key<Duration> LAST_BYTES = Key.defaulted(
            "lastBytesTimeout",
            Scalars.duration("1s", "10m"),
            "30s",
            "How long the other end of a connection that ends may take nothing of the bytes that wait for it.");

    static final Section<NodeLimits> SECTION = Section.of(
            "limits",
            LimitKeys::build,
            REQUEST_HEAD,
            IDLE,
            HEADER_BYTES,
            HEADER_FIELDS,
            CONNECTIONS,
            CONNECTIONS_TOTAL,
            PER_ADDRESS,
            PREFACE,
            DATAGRAM_SESSIONS,
            DATAGRAM_IDLE,
            POOL_CONNECTIONS,
            PENDING,
            BUFFERED,
            REPLAY,
            DRAIN,
            BODY_GRACE,
            BODY_RATE,
            INFORMATIONAL,
            STUCK,
            HTTP2,
            OVERLOAD,
            AGE,
            HANDSHAKE,
            LAST_BYTES);

    private LimitKeys() {}

    private static NodeLimits build(Fields fields) {
        return new NodeLimits(
                fields.get(REQUEST_HEAD),
                fields.get(IDLE),
                fields.get(HEADER_BYTES),
                fields.get(HEADER_FIELDS),
                fields.get(CONNECTIONS),
                fields.get(POOL_CONNECTIONS),
                fields.get(PENDING),
                fields.get(BUFFERED),
                fields.get(REPLAY),
                fields.get(DRAIN),
                connections(fields),
                new Protection(
                        fields.get(BODY_GRACE),
                        fields.get(BODY_RATE),
                        fields.get(INFORMATIONAL),
                        fields.get(STUCK),
                        fields.get(HTTP2),
                        fields.get(OVERLOAD)),
                new EdgeTimes(fields.get(AGE), fields.get(HANDSHAKE), fields.get(LAST_BYTES)));
    }

    private static ConnectionLimits connections(Fields fields) {
        Integer total = fields.find(CONNECTIONS_TOTAL);
        return new ConnectionLimits(
                total == null ? 0 : total,
                fields.get(PER_ADDRESS),
                fields.get(PREFACE),
                new DatagramLimits(fields.get(DATAGRAM_SESSIONS), fields.get(DATAGRAM_IDLE)));
    }
}
