package io.bridgehead.cli;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where a node that is being made will listen. */
@OwnedBy(Owner.CONFINED)
final class NodePorts {
    private static final int TUNNEL_PORT = 15008;

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
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "9090",
            description = "its port for monitoring, on loopback (default: ${DEFAULT-VALUE})")
    private int metrics = 9090;

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

    int cluster() {
        return cluster;
    }

    int metrics() {
        return metrics;
    }

    boolean unsafeEndpoints() {
        return unsafeEndpoints;
    }
}
