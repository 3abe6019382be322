package io.bridgehead.cli;

import io.bridgehead.config.AddressRange;
import io.bridgehead.config.NetworkKinds;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a node that is being made will listen. */
@OwnedBy(Owner.CONFINED)
final class NodePorts {
    private static final int TUNNEL_PORT = 15008;
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            description = "where nodes of other sites reach this one's tunnel port; without it they cannot dial it")
    private @Nullable HostPort advertise;

    @Option(
            names = "--tunnel-port",
            paramLabel = "PORT",
            description = "where it listens for tunnels (default: the port of --advertise, else 15008)")
    private @Nullable Integer tunnel;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "where workloads find it, in plain HTTP (default: ${DEFAULT-VALUE})")
    private int http = 8080;

    @Option(
            names = "--http-address",
            paramLabel = "ADDRESS",
            converter = IpAddress.class,
            description =
                    "at which address of this machine they find it, such as 10.0.0.7 (default: 127.0.0.1, for workloads on this machine)")
    private @Nullable InetAddress httpAddress;

    @Option(
            names = "--unsafe-public-plaintext",
            description =
                    "let --http-address be neither loopback nor private, such as 0.0.0.0: whoever is on the way reads and changes what is sent")
    private boolean unsafePublicPlaintext;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "9090",
            description = "its port for monitoring, on loopback (default: ${DEFAULT-VALUE})")
    private int metrics = 9090;

    @Option(
            names = "--probe-port",
            paramLabel = "PORT",
            description =
                    "its port for load balancers, at every address, which is open only while it is ready (default: there is none)")
    private @Nullable Integer probe;

    @Option(
            names = "--probe-leave",
            paramLabel = "TIME",
            converter = Leave.class,
            description =
                    "with --probe-port: how long a stopping node goes on accepting clients once that port is closed, such as 12s (default: 5s)")
    private @Nullable String probeLeave;

    @Option(
            names = "--cluster-port",
            paramLabel = "PORT",
            defaultValue = "5701",
            description =
                    "its port for other nodes of its site, on loopback until there is one (default: ${DEFAULT-VALUE})")
    private int cluster = 5701;

    @Option(
            names = "--unsafe-endpoints",
            description =
                    "let endpoints lie on loopback, for trials on one machine: whoever may write documents reaches them")
    private boolean unsafeEndpoints;

    /** Reads an address. */
    static final class Address implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                return HostPort.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Reads an IP address. */
    static final class IpAddress implements ITypeConverter<InetAddress> {
        @Override
        public InetAddress convert(String text) {
            try {
                return AddressRange.address(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "found '" + text + "', expected an IP address, such as 10.0.0.7 or fd00::7");
            }
        }
    }

    /** Reads a time as {@code admin.probe.leave} takes it, and leaves it as it is written. */
    static final class Leave implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                Duration _ = Scalars.duration("0s", "1m").parser().apply(text);
                return text;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("found '" + text + "', " + e.getMessage());
            }
        }
    }

    /**
     * Refuses what a node would refuse, while nothing has been made and no token used.
     *
     * @throws Failure for plaintext at an address that strangers can reach, for a port of probes that is none, and for a word about something that is not
     *     there
     */
    void require() {
        requireProbe();
        InetAddress address = httpAddress;
        if (address == null && unsafePublicPlaintext) {
            throw new Failure(
                    Failure.USAGE,
                    "bridgehead: --unsafe-public-plaintext: found no --http-address, expected the address that it is about");
        }
        if (address != null && !unsafePublicPlaintext && !NetworkKinds.isInternal(address)) {
            throw new Failure(
                    Failure.USAGE,
                    "bridgehead: --http-address: found '" + address.getHostAddress()
                            + "', expected a loopback or private address for plaintext; name one of this machine's private"
                            + " addresses, or say --unsafe-public-plaintext as well");
        }
    }

    private void requireProbe() {
        Integer port = probe;
        if (port == null && probeLeave != null) {
            throw new Failure(
                    Failure.USAGE,
                    "bridgehead: --probe-leave: found no --probe-port, expected the port that it is about");
        }
        if (port != null && (port < 1 || port > PORT_MAX)) {
            throw new Failure(
                    Failure.USAGE,
                    "bridgehead: --probe-port: found '" + port + "', expected a port from 1 to " + PORT_MAX);
        }
    }

    @Nullable
    HostPort advertise() {
        return advertise;
    }

    int tunnel() {
        if (tunnel != null) {
            return tunnel;
        }
        return advertise == null ? TUNNEL_PORT : advertise.port();
    }

    int http() {
        return http;
    }

    /** @return null where it is loopback's */
    @Nullable
    InetAddress httpAddress() {
        return httpAddress;
    }

    boolean unsafePublicPlaintext() {
        return unsafePublicPlaintext;
    }

    int cluster() {
        return cluster;
    }

    int metrics() {
        return metrics;
    }

    /** @return null where load balancers have no port of their own */
    @Nullable
    Integer probe() {
        return probe;
    }

    /** @return as it is written; null for the usual time */
    @Nullable
    String probeLeave() {
        return probeLeave;
    }

    boolean unsafeEndpoints() {
        return unsafeEndpoints;
    }
}
