package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class Http2PoolTest {
    private static final PoolLimits PATIENT = new PoolLimits(8, 1000, Duration.ofSeconds(10), Duration.ofSeconds(55));

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop loop = loops.all().get(0);
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final List<Dialer.Failure> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger full = new AtomicInteger();

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(2);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : closing) {
            each.close();
        }
    }

    private Http2TestEndpoint endpoint(int streamsMax) {
        Http2TestEndpoint endpoint = new Http2TestEndpoint(loops.all().get(1), streamsMax);
        closing.add(endpoint);
        return endpoint;
    }

    private Http2Pool pool(HostPort address, PoolLimits limits, int connectMillis) {
        EndpointAddresses addresses = new EndpointAddresses(
                (host, answer) -> answer.failed("no names here"), EndpointTrust.ANY, System::nanoTime, changed -> {});
        addresses.use(List.of(address));
        PoolEvents events = new PoolEvents() {
            @Override
            public void onConnectFailed(Dialer.Failure failure) {
                failures.add(failure);
            }

            @Override
            public void onPoolFull() {
                full.incrementAndGet();
            }
        };
        Http2Pool pool = new Http2Pool(new EndpointLink(
                loop,
                new Dialer(loop, addresses),
                address,
                EndpointProtocol.H2C,
                connectMillis,
                () -> new EndpointBounds(limits, WireLimits.endpoint()),
                events));
        closing.add(() -> OnLoop.run(loop, pool::close));
        return pool;
    }

    private Http2Pool pool(Http2TestEndpoint endpoint) {
        return pool(endpoint.address(), PATIENT, 10_000);
    }

    private Answer get(Http2Pool pool) {
        Answer answer = new Answer();
        OnLoop.run(
                loop,
                () -> pool.open(new RequestHead("GET", "http", "shop.example", "/", new HeaderFields()), true, answer));
        return answer;
    }

    private List<Answer> get(Http2Pool pool, int count) {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(get(pool));
        }
        return answers;
    }

    @Test
    void manyAtOnceShareOneConnection() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.hold(true);
        List<Answer> answers = get(pool(endpoint), 50);
        OnLoop.await("all have arrived", () -> endpoint.requests() == 50);
        assertThat(endpoint.connections()).isEqualTo(1);
        answers.forEach(answer -> OnLoop.await("one is answered", endpoint::answerOne));
        answers.forEach(answer -> assertThat(answer.whole()).isEqualTo("200 ok"));
    }

    @Test
    void anotherConnectionIsOpenedAtEightyPercent() {
        Http2TestEndpoint endpoint = endpoint(10);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        get(pool, 8);
        OnLoop.await("eight have arrived", () -> endpoint.requests() == 8);
        assertThat(endpoint.connections()).isEqualTo(1);
        get(pool, 1);
        OnLoop.await("there is a second one", () -> endpoint.connections() == 2);
        OnLoop.await("nine have arrived", () -> endpoint.requests() == 9);
    }

    @Test
    void aBurstBeforeTheSettingsKeepsToWhatTheEndpointAllows() {
        Http2TestEndpoint endpoint = endpoint(2);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        List<Answer> answers = get(pool, 20);
        OnLoop.await("eight connections are full", () -> endpoint.held() == 16);
        assertThat(endpoint.connections()).isEqualTo(8);
        for (int i = 0; i < 20; i++) {
            OnLoop.await("one is answered", endpoint::answerOne);
        }
        answers.forEach(answer -> assertThat(answer.whole()).isEqualTo("200 ok"));
        assertThat(endpoint.requests()).as("none was refused and sent again").isEqualTo(20);
        assertThat(endpoint.connections()).isEqualTo(8);
    }

    @Test
    void aFullLineTurnsAway() {
        Http2TestEndpoint endpoint = endpoint(1);
        endpoint.hold(true);
        Http2Pool pool =
                pool(endpoint.address(), new PoolLimits(1, 1, Duration.ofSeconds(10), Duration.ofSeconds(55)), 10_000);
        get(pool);
        OnLoop.await("the first has arrived", () -> endpoint.requests() == 1);
        Answer waits = get(pool);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.POOL_FULL.name());
        assertThat(full.get()).isEqualTo(1);
        OnLoop.await("the first is answered", endpoint::answerOne);
        OnLoop.await("the second is answered", endpoint::answerOne);
        assertThat(waits.whole()).isEqualTo("200 ok");
    }

    @Test
    void goAwayLetsStreamsEndAndMovesNewOnes() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        Answer under = get(pool);
        OnLoop.await("it has arrived", () -> endpoint.requests() == 1);
        endpoint.goAway();
        OnLoop.await("the pool knows", () -> {
            get(pool);
            return endpoint.connections() > 1;
        });
        OnLoop.await("the first is answered", endpoint::answerOne);
        assertThat(under.whole()).isEqualTo("200 ok");
        // requests that crossed with the GOAWAY are on the old connection as well
        OnLoop.await("the old connection has closed", () -> {
            endpoint.answerOne();
            return endpoint.openConnections() == 1;
        });
        assertThat(failures).isEmpty();
    }

    @Test
    void aLostConnectionFailsItsStreamsAndTheNextOneIsNew() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        Answer lost = get(pool);
        OnLoop.await("it has arrived", () -> endpoint.requests() == 1);
        endpoint.hangUp();
        assertThat(lost.whole()).isEqualTo(StreamReset.CONNECTION_LOST.name());
        endpoint.hold(false);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        assertThat(endpoint.connections()).isEqualTo(2);
    }

    @Test
    void cancellingReachesTheEndpointAndTheConnectionStays() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        ClientStream stream = OnLoop.call(
                loop,
                () -> pool.open(
                        new RequestHead("GET", "http", "shop.example", "/", new HeaderFields()), true, new Answer()));
        OnLoop.await("it has arrived", () -> endpoint.requests() == 1);
        OnLoop.run(loop, () -> stream.reset(StreamReset.CANCEL));
        OnLoop.await("the endpoint knows", () -> endpoint.resets() == 1);
        endpoint.hold(false);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void aBodySentBeforeTheConnectionIsThereArrivesWhole() {
        Http2TestEndpoint endpoint = endpoint(100);
        Http2Pool pool = pool(endpoint);
        Answer answer = new Answer();
        OnLoop.run(loop, () -> {
            ClientStream stream =
                    pool.open(new RequestHead("POST", "http", "shop.example", "/", new HeaderFields()), false, answer);
            assertThat(stream.writable()).isFalse();
            stream.sendData(Chunk.of("hello".getBytes(StandardCharsets.US_ASCII)), false);
            stream.sendData(Chunk.of("world".getBytes(StandardCharsets.US_ASCII)), true);
        });
        assertThat(answer.whole()).isEqualTo("200 ok");
        assertThat(endpoint.bodies()).isEqualTo("helloworld");
    }

    @Test
    void whoDoesNotReadStallsNobodyElse() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.answering(stream -> {
            stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
            stream.sendData(Chunk.of(new byte[300 * 1024]), true);
        });
        Http2Pool pool = pool(endpoint);
        List<Answer> slow = get(pool, 8);
        slow.forEach(
                answer -> OnLoop.await("a window is full", () -> answer.body().length() >= 256 * 1024));
        endpoint.answering(stream -> stream.sendResponse(new ResponseHead(204, new HeaderFields()), true));
        assertThat(get(pool).whole()).isEqualTo("204 ");
        assertThat(slow).noneMatch(Answer::isDone);
        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void anEndpointThatResetsManyStreamsKeepsItsConnection() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.answering(stream -> stream.reset(StreamReset.CANCEL));
        Http2Pool pool = pool(endpoint);
        for (int i = 0; i < 300; i++) {
            assertThat(get(pool).whole()).isEqualTo(StreamReset.CANCEL.name());
        }
        endpoint.answering(stream -> stream.sendResponse(new ResponseHead(204, new HeaderFields()), true));
        assertThat(get(pool).whole()).isEqualTo("204 ");
        assertThat(endpoint.connections()).isEqualTo(1);
    }

    @Test
    void idleConnectionsAreClosed() {
        Http2TestEndpoint endpoint = endpoint(100);
        Http2Pool pool =
                pool(endpoint.address(), new PoolLimits(8, 10, Duration.ofSeconds(10), Duration.ofMillis(30)), 10_000);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        OnLoop.await("the connection has been closed", () -> endpoint.openConnections() == 0);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        assertThat(failures).isEmpty();
    }

    @Test
    void aRefusedConnectionFailsAllThatWait() {
        Http2TestEndpoint endpoint = endpoint(100);
        Http2Pool pool = pool(endpoint);
        endpoint.close();
        get(pool, 3).forEach(answer -> assertThat(answer.whole()).isEqualTo(StreamReset.CONNECT_FAILED.name()));
        assertThat(failures).isNotEmpty().allMatch(Dialer.Failure::refused);
    }

    @Test
    void anEndpointThatSpeaksHttp1IsAFailureToConnect() {
        TestEndpoint endpoint = new TestEndpoint(loops.all().get(1), TestEndpoint.Mode.ANSWER);
        closing.add(endpoint);
        Http2Pool pool = pool(endpoint.address(), PATIENT, 10_000);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.CONNECT_FAILED.name());
        assertThat(failures.getFirst().detail()).contains("expected an endpoint that speaks HTTP/2");
    }

    @Test
    void anEndpointThatSaysNothingIsATimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            HostPort address = new HostPort("127.0.0.1", silent.getLocalPort());
            Http2Pool pool = pool(address, PATIENT, 100);
            assertThat(get(pool).whole()).isEqualTo(StreamReset.CONNECT_TIMEOUT.name());
            assertThat(failures.getFirst().detail()).contains("no HTTP/2 settings within 100 ms");
        }
    }

    @Test
    void drainingLetsExchangesEndAndRefusesNewOnes() {
        Http2TestEndpoint endpoint = endpoint(100);
        endpoint.hold(true);
        Http2Pool pool = pool(endpoint);
        Answer running = get(pool);
        OnLoop.await("it has arrived", () -> endpoint.requests() == 1);
        OnLoop.run(loop, pool::drain);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.REFUSED.name());
        OnLoop.await("it is answered", endpoint::answerOne);
        assertThat(running.whole()).isEqualTo("200 ok");
        OnLoop.await("the connection has been closed", () -> endpoint.openConnections() == 0);
    }
}
