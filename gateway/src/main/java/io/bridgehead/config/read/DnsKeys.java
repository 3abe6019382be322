package io.bridgehead.config.read;

import io.bridgehead.config.NodeConfig.Dns;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of {@code dns} in {@code gateway.yaml}: who is asked for the addresses of endpoints' names, and for how long answers hold. */
final class DnsKeys {
    private static final int SERVERS_MAX = 8;

    private static final Key<List<HostPort>> SERVERS = Key.defaulted(
            "servers",
            new ListType<>(server(), 0, SERVERS_MAX),
            "[]",
            "Servers that are asked for the addresses of endpoints' names, in this order. Without any: those of the system.");
    private static final Key<Duration> TTL_MIN = Key.defaulted(
            "ttlMin",
            Scalars.duration("100ms", "1h"),
            "1s",
            "How long an answer holds at least, whatever its time to live says.");
    private static final Key<Duration> TTL_MAX = Key.defaulted(
            "ttlMax",
            Scalars.duration("100ms", "24h"),
            "5m",
            "How long an answer holds at most, whatever its time to live says.");
    static final Section<Dns> SECTION = Section.of("dns", DnsKeys::build, SERVERS, TTL_MIN, TTL_MAX);

    private DnsKeys() {}

    private static @Nullable Dns build(Fields fields) {
        Duration least = fields.get(TTL_MIN);
        Duration most = fields.get(TTL_MAX);
        if (most.compareTo(least) < 0) {
            fields.refuse(TTL_MAX, fields.shown(TTL_MAX), "ttlMin or more", "no answer can hold longer than that");
            return null;
        }
        return new Dns(fields.get(SERVERS), least, most);
    }

    private static ScalarType<HostPort> server() {
        String expected = "an address and a port, such as 10.0.0.2:53 or [fd00::2]:53";
        return ScalarType.text(expected, text -> {
            HostPort server = HostPort.parse(text);
            if (IpAddress.parse(server.host()) == null) {
                throw new IllegalArgumentException("expected " + expected);
            }
            return server;
        });
    }
}
