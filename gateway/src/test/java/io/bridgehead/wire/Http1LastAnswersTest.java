package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.ResponseHead;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The last answer of an HTTP/1.1 connection and clients that take their time with it. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http1LastAnswersTest {
    /** Of the loop, until a connection whose client has ended its side waits for nothing. */
    private static final int TURNS_TO_REST = 10;

    private final WireBed bed = new WireBed();
    private final Manual manual = new Manual();
    private final Quiet quiet = new Quiet();
    private @Nullable DuplexChannel accepted;

    private int listen(WireLimits limits) {
        return bed.listen((loop, channel) -> {
            accepted = (DuplexChannel) channel;
            HttpServerConnection.http1(loop, channel, limits, manual, quiet);
        });
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    /** More than the system takes on for a peer that does not read. */
    private void answerMuch(int bytes) {
        bed.until(() -> !manual.streams.isEmpty());
        ServerStream stream = manual.streams.getFirst();
        bed.run(() -> {
            HeaderFields fields = new HeaderFields();
            fields.add("content-length", Integer.toString(bytes));
            stream.sendResponse(new ResponseHead(200, fields), false);
            stream.sendData(Chunk.of(new byte[bytes]), true);
        });
    }

    @Test
    void aLastAnswerThatNobodyReadsIsGivenUp() throws IOException {
        int port = listen(WireLimits.edge().withLastBytes(300));
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            answerMuch(32 << 20);
            bed.until(() -> quiet.closed == 1);
            assertThat(quiet.reason).isEqualTo(CloseReason.UNREAD);
            assertThatThrownBy(client::rest).isInstanceOfAny(IOException.class, UncheckedIOException.class);
        }
    }

    @Test
    void anAnswerBeforeTheRequestsEndIsNotCutForASlowReader() throws IOException {
        int port = listen(WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\n");
            long begun = System.nanoTime();
            answerMuch(32 << 20);
            client.endOutput();
            bed.until(() -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(2_500));
            assertThat(client.rest()).as("after the time to linger").hasSizeGreaterThan(32 << 20);
        }
        bed.until(() -> quiet.closed == 1);
    }

    @Test
    void aLongAnswerIsNotCutForAClientThatHasEndedItsSide() throws IOException {
        int port = listen(WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").endOutput();
            bed.until(() -> accepted != null && accepted.isInputShutdown());
            for (int turn = 0; turn < TURNS_TO_REST; turn++) {
                bed.run(() -> {});
            }
            answerMuch(32 << 20);
            assertThat(client.rest()).hasSizeGreaterThan(32 << 20);
        }
        bed.until(() -> quiet.closed == 1);
    }

    @Test
    void aLastAnswerIsNotCutForASlowReader() throws IOException {
        int port = listen(WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            long begun = System.nanoTime();
            answerMuch(32 << 20);
            bed.until(() -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(2_500));
            assertThat(client.rest()).as("after the time to linger").hasSizeGreaterThan(32 << 20);
        }
        bed.until(() -> quiet.closed == 1);
        assertThat(quiet.reason).isEqualTo(CloseReason.DONE);
    }
}
