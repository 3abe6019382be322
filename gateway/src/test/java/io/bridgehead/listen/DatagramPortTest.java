package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.match.HostTable;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.DatagramDrop;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceProtocol;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Upgrades;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams from clients to endpoints and back, on real sockets. */
@Timeout(60)
final class DatagramPortTest {
    private static final String PORT = "gateway:udp:53";
    private static final SpiffeId ANYBODY = SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE);
    private static final int PAYLOAD_MAX = 65_507;

    private final Map<String, DatagramCounts> counts = new ConcurrentHashMap<>();
    private final List<AutoCloseable> closing = new ArrayList<>();

    private final class Counts implements ListenerObserver {
        @Override
        public void datagramPort(String listener, DatagramCounts made) {
            counts.put(listener, made);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : closing.reversed()) {
            each.close();
        }
    }

    /** An endpoint that sends each datagram back with its own name before it. */
    private final class Echo {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final String name;

        Echo(String name) throws IOException {
            this.name = name;
            closing.add(socket);
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            byte[] buffer = new byte[PAYLOAD_MAX];
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    byte[] answer = Arrays.copyOf(buffer, packet.getLength());
                    if (answer.length > 0) {
                        answer[0] = (byte) name.charAt(0);
                    }
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    return;
                }
            }
        }

        Endpoint endpoint() {
            return Endpoint.parse("127.0.0.1:" + socket.getLocalPort());
        }
    }

    private static ServiceRoute service(String name, Endpoint... endpoints) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(endpoints));
        return new ServiceRoute(
                new ServiceName(name),
                ServiceProtocol.UDP,
                List.of(),
                List.of(),
                sites,
                null,
                Authorizer.everySite(Gateway.DOMAIN),
                Resilience.TCP_DEFAULT,
                Upgrades.NONE,
                ProxyHeader.NONE,
                false);
    }

    private static Backend place(ServiceRoute service, int weight) {
        return new Backend(service, weight, service.name().value(), Backend.Edits.NONE);
    }

    private static RoutingTable table(ServiceRoute[] services, Backend... places) {
        PortRoutes port =
                new PortRoutes(53, HostTable.of(Map.of()), HostTable.of(Map.of()), new Backends(List.of(places)));
        return RoutingTable.of("2", List.of(services), Map.of(PORT, port));
    }

    private static DatagramSpec spec(int port, int sessionsMax, long idleMillis) {
        return new DatagramSpec(PORT, "127.0.0.1", port, ANYBODY, sessionsMax, idleMillis);
    }

    private Gateway gateway(DatagramSpec spec, ServiceRoute[] services, Backend... places) {
        Gateway gateway = new Gateway(ConnectionAge.ANY, new Counts(), services);
        closing.add(gateway);
        gateway.table.swap(gateway.table.get().revision(), table(services, places));
        assertThat(Gateway.await(gateway.listeners.reconcile(List.of(), List.of(spec))))
                .isEmpty();
        return gateway;
    }

    private DatagramCounts counts() {
        return Objects.requireNonNull(counts.get(PORT));
    }

    private static InetSocketAddress address(Gateway gateway) {
        return (InetSocketAddress)
                Objects.requireNonNull(gateway.listeners.openForDatagrams().get(PORT));
    }

    /** A client of its own, connected to the port. */
    private DatagramSocket client(Gateway gateway) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        closing.add(socket);
        socket.connect(address(gateway));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        return socket;
    }

    private static void send(DatagramSocket client, byte[] bytes) throws IOException {
        client.send(new DatagramPacket(bytes, bytes.length));
    }

    private static byte[] receive(DatagramSocket client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[PAYLOAD_MAX], PAYLOAD_MAX);
        client.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static String call(DatagramSocket client, String text) throws IOException {
        send(client, text.getBytes(StandardCharsets.US_ASCII));
        return new String(receive(client), StandardCharsets.US_ASCII);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Gateway.BOUND_MILLIS * 1_000_000;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void datagramsOfAnySizeGoToTheEndpointAndBackToTheirClient() throws Exception {
        ServiceRoute[] services = {service("dns", new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 10, 60_000), services, place(services[0], 1));
        DatagramSocket one = client(gateway);
        DatagramSocket two = client(gateway);
        assertThat(call(one, "-one")).isEqualTo("aone");
        assertThat(call(two, "-two")).isEqualTo("atwo");
        byte[] largest = new byte[PAYLOAD_MAX];
        Arrays.fill(largest, (byte) 'x');
        send(one, largest);
        byte[] back = receive(one);
        largest[0] = 'a';
        assertThat(back).isEqualTo(largest);
        await(() -> counts().answered() == 3);
        assertThat(counts().forwarded()).isEqualTo(3);
        assertThat(counts().sessions()).isEqualTo(2);
    }

    @Test
    void aSessionStaysAtItsPlaceAndPlacesShareSessionsByWeight() throws Exception {
        ServiceRoute[] services = {
            service("first", new Echo("a").endpoint()), service("second", new Echo("b").endpoint())
        };
        Gateway gateway = gateway(spec(0, 1000, 60_000), services, place(services[0], 3), place(services[1], 1));
        int first = 0;
        for (int i = 0; i < 200; i++) {
            DatagramSocket client = client(gateway);
            String answer = call(client, "-");
            assertThat(call(client, "-")).isEqualTo(answer);
            first += answer.equals("a") ? 1 : 0;
        }
        assertThat(first).isBetween(110, 190);
    }

    @Test
    void sessionsAreBoundedAndEndWhenNothingComes() throws Exception {
        ServiceRoute[] services = {service("dns", new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 1, 60_000), services, place(services[0], 1));
        call(client(gateway), "-");
        DatagramSocket late = client(gateway);
        send(late, new byte[] {1});
        await(() -> counts().dropped(DatagramDrop.SESSIONS_FULL) == 1);
        int port = address(gateway).getPort();
        Gateway.await(gateway.listeners.reconcile(List.of(), List.of(spec(0, 1, 1))));
        assertThat(address(gateway).getPort())
                .as("no other port for other bounds")
                .isEqualTo(port);
        await(() -> counts().sessions() == 0);
        Gateway.await(gateway.listeners.reconcile(List.of(), List.of(spec(0, 1, 60_000))));
        assertThat(call(late, "-")).isEqualTo("a");
    }

    @Test
    void anEndpointThatIsNotThereIsPassedOver() throws Exception {
        // bound, so that nobody else gets its port, and connected to another: to everybody else nobody is there
        DatagramSocket nobody = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        closing.add(nobody);
        nobody.connect(InetAddress.getLoopbackAddress(), nobody.getLocalPort());
        Endpoint gone = Endpoint.parse("127.0.0.1:" + nobody.getLocalPort());
        ServiceRoute[] services = {service("dns", gone, new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 10, 60_000), services, place(services[0], 1));
        DatagramSocket client = client(gateway);
        send(client, new byte[] {1});
        await(() -> counts().unreachable() == 1);
        assertThat(call(client, "-")).isEqualTo("a");
        assertThat(counts().sessions()).isEqualTo(1);
    }

    @Test
    void aSessionLeavesAnEndpointThatHasLeftItsService() throws Exception {
        Endpoint first = new Echo("a").endpoint();
        Endpoint second = new Echo("b").endpoint();
        ServiceRoute[] both = {service("dns", first, second)};
        Gateway gateway = gateway(spec(0, 10, 60_000), both, place(both[0], 1));
        DatagramSocket client = client(gateway);
        assertThat(call(client, "-")).isEqualTo("a");
        ServiceRoute[] one = {service("dns", second)};
        gateway.table.swap(gateway.table.get().revision(), table(one, place(one[0], 1)));
        assertThat(call(client, "-")).isEqualTo("b");
    }

    @Test
    void whatLeadsNowhereIsDroppedWithoutAWord() throws Exception {
        ServiceRoute[] services = {service("dns", new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 10, 60_000), services, place(services[0], 0));
        DatagramSocket client = client(gateway);
        send(client, new byte[] {1});
        await(() -> counts().dropped(DatagramDrop.NO_ROUTE) == 1);
        client.setSoTimeout(50);
        try {
            assertThat(receive(client)).as("an answer").isNull();
        } catch (SocketTimeoutException nothing) {
            assertThat(counts().answered()).isZero();
        }
    }

    @Test
    void aPortInUseIsToldAndAClosedOneIsFree() throws Exception {
        ServiceRoute[] services = {service("dns", new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 10, 60_000), services, place(services[0], 1));
        int port = address(gateway).getPort();
        DatagramSpec same = new DatagramSpec("gateway:udp:54", "127.0.0.1", port, ANYBODY, 10, 60_000);
        List<DatagramSpec> both = List.of(spec(0, 10, 60_000), same);
        assertThat(Gateway.await(gateway.listeners.reconcile(List.of(), both)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.listener()).isEqualTo("gateway:udp:54");
                    assertThat(problem.reason()).isEqualTo(ListenerProblem.Reason.IN_USE);
                });
        assertThat(Gateway.await(gateway.listeners.reconcile(List.of(), List.of(same))))
                .isEmpty();
        assertThat(gateway.listeners.openForDatagrams()).containsOnlyKeys("gateway:udp:54");
    }

    @Test
    void drainingLetsQuietSessionsEndAndBeginsNone() throws Exception {
        ServiceRoute[] services = {service("dns", new Echo("a").endpoint())};
        Gateway gateway = gateway(spec(0, 10, 60_000), services, place(services[0], 1));
        InetSocketAddress address = address(gateway);
        call(client(gateway), "-");
        Gateway.await(gateway.listeners.drain(Gateway.BOUND_MILLIS));
        assertThat(counts().sessions()).isZero();
        try (DatagramSocket again = new DatagramSocket(address)) {
            assertThat(again.isBound()).isTrue();
        }
    }
}
