package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class BytePoolTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop loop = loops.all().get(0);
    private final TestEndpoint endpoint = new TestEndpoint(loops.all().get(1), TestEndpoint.Mode.ECHO);
    private final AtomicInteger failures = new AtomicInteger();

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

    private BytePool pool(int connectionsMax) {
        EndpointAddresses addresses = new EndpointAddresses(
                (host, answer) -> answer.failed("no names here"), EndpointTrust.ANY, System::nanoTime, changed -> {});
        addresses.use(List.of(endpoint.address()));
        PoolLimits limits = new PoolLimits(connectionsMax, 0, Duration.ofSeconds(1), Duration.ofSeconds(1));
        PoolEvents events = new PoolEvents() {
            @Override
            public void onConnectFailed(Dialer.Failure failure) {
                failures.incrementAndGet();
            }

            @Override
            public void onPoolFull() {
                failures.incrementAndGet();
            }
        };
        return new BytePool(new EndpointLink(
                loop,
                new Dialer(loop, addresses),
                endpoint.address(),
                EndpointProtocol.HTTP1,
                1000,
                () -> new EndpointBounds(limits, WireLimits.endpoint()),
                events));
    }

    private ClientStream open(BytePool pool, Answer answer) {
        RequestHead head = new RequestHead("CONNECT", "http", "pg", "", new HeaderFields());
        return OnLoop.call(loop, () -> pool.open(head, false, answer));
    }

    @Test
    void bytesSentBeforeTheConnectionIsThereComeBackFromAnEcho() {
        BytePool pool = pool(10);
        Answer answer = new Answer();
        ClientStream stream = open(pool, answer);
        OnLoop.run(loop, () -> stream.sendData(chunk("hello "), false));
        assertThat(answer.head()).isEqualTo("200");
        OnLoop.run(loop, () -> stream.sendData(chunk("world"), true));
        assertThat(answer.whole()).isEqualTo("200 hello world");
        OnLoop.await("the connection is forgotten", () -> OnLoop.call(loop, pool::connections) == 0);
    }

    @Test
    void aRefusedConnectionIsAReset() {
        endpoint.kill();
        Answer answer = new Answer();
        open(pool(10), answer);
        assertThat(answer.whole()).isEqualTo(StreamReset.CONNECT_FAILED.name());
        assertThat(failures.get()).isEqualTo(1);
    }

    @Test
    void connectionsAreBounded() {
        BytePool pool = pool(1);
        Answer first = new Answer();
        open(pool, first);
        assertThat(first.head()).isEqualTo("200");
        Answer second = new Answer();
        open(pool, second);
        assertThat(second.whole()).isEqualTo(StreamReset.POOL_FULL.name());
        OnLoop.run(loop, pool::close);
    }

    @Test
    void aStreamGivenUpWhileConnectingLeavesNoConnection() {
        BytePool pool = pool(10);
        Answer answer = new Answer();
        RequestHead head = new RequestHead("CONNECT", "http", "pg", "", new HeaderFields());
        OnLoop.run(loop, () -> pool.open(head, false, answer).reset(StreamReset.CANCEL));
        OnLoop.await(
                "the connection came and went", () -> endpoint.connections() == 1 && endpoint.openConnections() == 0);
        assertThat(answer.isDone()).isFalse();
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
