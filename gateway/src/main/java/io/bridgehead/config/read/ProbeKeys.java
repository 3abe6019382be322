package io.bridgehead.config.read;

import io.bridgehead.config.ProbeSettings;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of {@code admin.probe}. */
final class ProbeKeys {
    private static final Key<InetAddress> ADDRESS = Key.defaulted(
            "address", ConfigTypes.address(), "0.0.0.0", "Where it listens; it tells nothing but whether it is ready.");
    private static final Key<Integer> PORT = Key.required(
            "port", Scalars.integer(0, 65_535), "0 lets the system choose; allowed on loopback addresses only.");
    private static final Key<Duration> LEAVE = Key.defaulted(
            "leave",
            Scalars.duration("0s", "1m"),
            "5s",
            "How long a node that stops goes on accepting clients after this port has closed, so that load balancers notice first: their interval times the failures that they count.");

    static final Section<ProbeSettings> PROBE = Section.of("admin.probe", ProbeKeys::probe, ADDRESS, PORT, LEAVE);

    private ProbeKeys() {}

    private static @Nullable ProbeSettings probe(Fields fields) {
        int before = fields.problems();
        ListenerKeys.requireFixedPort(fields, ADDRESS, PORT);
        ProbeSettings probe = new ProbeSettings(fields.get(ADDRESS), fields.get(PORT), fields.get(LEAVE));
        return fields.problems() == before ? probe : null;
    }
}
