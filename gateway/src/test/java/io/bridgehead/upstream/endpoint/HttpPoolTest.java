package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.RequestHead;
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

final class HttpPoolTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop loop = loops.all().get(0);
    private final TestEndpoint endpoint = new TestEndpoint(loops.all().get(1), TestEndpoint.Mode.ANSWER);
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
    void stop() {
        endpoint.close();
    }

    private HttpPool pool(HostPort address, PoolLimits limits, int connectMillis) {
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
        return new HttpPool(new EndpointLink(
                loop,
                new Dialer(loop, addresses),
                address,
                EndpointProtocol.HTTP1,
                connectMillis,
                () -> new EndpointBounds(limits, WireLimits.endpoint()),
                events));
    }

    private HttpPool pool(PoolLimits limits) {
        return pool(endpoint.address(), limits, 1000);
    }

    private static PoolLimits limits(int connections, int pending, long waitMillis, long idleMillis) {
        return new PoolLimits(connections, pending, Duration.ofMillis(waitMillis), Duration.ofMillis(idleMillis));
    }

    private static RequestHead get() {
        return new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
    }

    private Answer get(HttpPool pool) {
        Answer answer = new Answer();
        OnLoop.run(loop, () -> pool.open(get(), true, answer));
        return answer;
    }

    private int idle(HttpPool pool) {
        return OnLoop.call(loop, pool::idleConnections);
    }

    @Test
    void oneAfterAnotherUsesOneConnection() {
        HttpPool pool = pool(PoolLimits.DEFAULT);
        for (int i = 0; i < 5; i++) {
            assertThat(get(pool).whole()).isEqualTo("200 ok");
            OnLoop.await("the connection is idle", () -> idle(pool) == 1);
        }
        assertThat(endpoint.connections()).isEqualTo(1);
        assertThat(endpoint.requests()).isEqualTo(5);
    }

    @Test
    void theLimitOfConnectionsHoldsAndWaitersAreServedInTurn() {
        endpoint.mode(TestEndpoint.Mode.HOLD);
        HttpPool pool = pool(limits(2, 10, 5000, 5000));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(get(pool));
        }
        OnLoop.await("two requests have arrived", () -> endpoint.requests() == 2);
        for (int i = 0; i < 5; i++) {
            OnLoop.await("a request is held", endpoint::answerOne);
            assertThat(answers.get(i).whole()).isEqualTo("200 ok");
        }
        assertThat(endpoint.connections()).isEqualTo(2);
    }

    @Test
    void aFullQueueTurnsAway() {
        endpoint.mode(TestEndpoint.Mode.HOLD);
        HttpPool pool = pool(limits(1, 1, 5000, 5000));
        Answer first = get(pool);
        OnLoop.await("the first has arrived", () -> endpoint.requests() == 1);
        Answer second = get(pool);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.POOL_FULL.name());
        assertThat(full.get()).isEqualTo(1);
        OnLoop.await("the first is held", endpoint::answerOne);
        OnLoop.await("the second is held", endpoint::answerOne);
        assertThat(List.of(first.whole(), second.whole())).containsOnly("200 ok");
    }

    @Test
    void waitingHasABound() {
        endpoint.mode(TestEndpoint.Mode.HOLD);
        HttpPool pool = pool(endpoint.address(), limits(1, 10, 50, 5000), 50);
        get(pool);
        OnLoop.await("the first has arrived", () -> endpoint.requests() == 1);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.POOL_FULL.name());
    }

    @Test
    void aRefusedConnectionFailsAllThatWait() {
        endpoint.kill();
        HttpPool pool = pool(PoolLimits.DEFAULT);
        List<Answer> answers = List.of(get(pool), get(pool), get(pool));
        answers.forEach(answer -> assertThat(answer.whole()).isEqualTo(StreamReset.CONNECT_FAILED.name()));
        assertThat(failures).isNotEmpty().allMatch(Dialer.Failure::refused).noneMatch(Dialer.Failure::local);
        assertThat(failures.getFirst().detail()).contains("127.0.0.1").contains("refused");
    }

    @Test
    void aConnectionThatDoesNotOpenInTimeIsATimeout() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort address = new HostPort("127.0.0.1", full.getLocalPort());
            HttpPool pool = pool(address, PoolLimits.DEFAULT, 100);
            List<Answer> answers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                answers.add(get(pool));
            }
            OnLoop.await("one has failed", () -> answers.stream().anyMatch(Answer::isDone));
            assertThat(failures).isNotEmpty().noneMatch(Dialer.Failure::refused);
            assertThat(failures.getFirst().reset()).isEqualTo(StreamReset.CONNECT_TIMEOUT);
            OnLoop.run(loop, pool::close);
        }
    }

    @Test
    void idleConnectionsAreClosed() {
        HttpPool pool = pool(limits(10, 10, 1000, 30));
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        OnLoop.await("the connection has been closed", () -> endpoint.openConnections() == 0 && idle(pool) == 0);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        assertThat(endpoint.connections()).isEqualTo(2);
    }

    @Test
    void aConnectionThatTheEndpointClosesIsNotUsedAgain() {
        HttpPool pool = pool(PoolLimits.DEFAULT);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        OnLoop.await("the connection is idle", () -> idle(pool) == 1);
        endpoint.hangUp();
        OnLoop.await("the pool has seen it", () -> idle(pool) == 0);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
    }

    @Test
    void aReusedConnectionThatEndsBeforeAnAnswerIsStale() {
        HttpPool pool = pool(PoolLimits.DEFAULT);
        assertThat(get(pool).whole()).isEqualTo("200 ok");
        OnLoop.await("the connection is idle", () -> idle(pool) == 1);
        endpoint.mode(TestEndpoint.Mode.HANG_UP);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.STALE.name());
        assertThat(get(pool).whole()).as("on a new connection").isEqualTo(StreamReset.CONNECTION_LOST.name());
    }

    @Test
    void aBodySentBeforeTheConnectionIsThereArrivesWhole() {
        HttpPool pool = pool(PoolLimits.DEFAULT);
        Answer answer = new Answer();
        HeaderFields fields = new HeaderFields();
        fields.add("content-length", "10");
        OnLoop.run(loop, () -> {
            ClientStream stream =
                    pool.open(new RequestHead("POST", "http", "shop.example", "/", fields), false, answer);
            assertThat(stream.writable()).isFalse();
            stream.sendData(chunk("hello"), false);
            stream.sendData(chunk("world"), true);
        });
        assertThat(answer.whole()).isEqualTo("200 ok");
        OnLoop.await("the body has arrived", () -> endpoint.received().endsWith("helloworld"));
    }

    @Test
    void writingGoesOnWhenTheConnectionIsThere() {
        HttpPool pool = pool(PoolLimits.DEFAULT);
        Answer answer = new Answer();
        HeaderFields fields = new HeaderFields();
        fields.add("content-length", "5");
        ClientStream stream = OnLoop.call(
                loop, () -> pool.open(new RequestHead("POST", "http", "shop.example", "/", fields), false, answer));
        OnLoop.await("the stream is writable", () -> answer.writables() == 1);
        OnLoop.run(loop, () -> stream.sendData(chunk("hello"), true));
        assertThat(answer.whole()).isEqualTo("200 ok");
    }

    @Test
    void whoLeavesTheQueueIsNotServed() {
        endpoint.mode(TestEndpoint.Mode.HOLD);
        HttpPool pool = pool(limits(1, 10, 5000, 5000));
        get(pool);
        OnLoop.await("the first has arrived", () -> endpoint.requests() == 1);
        Answer left = new Answer();
        OnLoop.run(loop, () -> pool.open(get(), true, left).reset(StreamReset.CANCEL));
        Answer third = get(pool);
        endpoint.mode(TestEndpoint.Mode.ANSWER);
        endpoint.answerOne();
        assertThat(third.whole()).isEqualTo("200 ok");
        assertThat(left.isDone()).isFalse();
        assertThat(endpoint.requests()).isEqualTo(2);
    }

    @Test
    void drainingLetsExchangesEndAndRefusesNewOnes() {
        endpoint.mode(TestEndpoint.Mode.HOLD);
        HttpPool pool = pool(PoolLimits.DEFAULT);
        Answer running = get(pool);
        OnLoop.await("it has arrived", () -> endpoint.requests() == 1);
        OnLoop.run(loop, pool::drain);
        assertThat(get(pool).whole()).isEqualTo(StreamReset.REFUSED.name());
        endpoint.answerOne();
        assertThat(running.whole()).isEqualTo("200 ok");
        OnLoop.await("the connection has been closed", () -> endpoint.openConnections() == 0);
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
