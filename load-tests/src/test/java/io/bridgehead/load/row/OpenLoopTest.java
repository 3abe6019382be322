package io.bridgehead.load.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.load.setting.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Requests at a fixed rate: all are sent, and waiting counts from when they were due. */
final class OpenLoopTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    @Test
    void everyRequestThatIsDueIsSentAndTimed() throws IOException {
        try (Backend backend = Backend.start()) {
            assertThat(OpenLoop.run(new HttpLoad(4, 0, 16), backend.httpPort(), 200, 1)
                            .getTotalCount())
                    .isEqualTo(200);
            assertThat(OpenLoop.run(new HttpLoad(2, 16_384, 1 << 20), backend.httpPort(), 20, 1)
                            .getTotalCount())
                    .isEqualTo(20);
        }
    }

    @Test
    void aStallIsChargedToTheRequestsThatItHeldBack() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, OK, 10));
            Histogram micros = OpenLoop.run(new HttpLoad(1, 0, 2), server.getLocalPort(), 100, 2);
            assertThat(micros.getTotalCount()).isEqualTo(200);
            assertThat(micros.getMaxValue()).isGreaterThan(900_000);
            assertThat(micros.getCountBetweenValues(400_000, 10_000_000))
                    .as("requests that were due in the first 0.6 s of the stall of 1 s")
                    .isGreaterThan(40);
        }
    }

    @Test
    void anAnswerThatIsNotGoodEndsIt() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n", 0));
            assertThatThrownBy(() -> OpenLoop.run(new HttpLoad(1, 0, 2), server.getLocalPort(), 10, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected 200")
                    .hasMessageContaining("503");
        }
    }

    /** One connection; at a request with this number it waits a second. */
    private static void answer(ServerSocket server, String response, int stallAt) {
        byte[] bytes = response.getBytes(StandardCharsets.US_ASCII);
        int requestBytes = new HttpLoad(1, 0, 2).request().length;
        try (Socket socket = server.accept()) {
            for (int i = 1; socket.getInputStream().readNBytes(requestBytes).length == requestBytes; i++) {
                if (i == stallAt) {
                    new CountDownLatch(1).await(1, TimeUnit.SECONDS);
                }
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
