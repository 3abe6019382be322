package io.bridgehead.load.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The backend answers with so many bytes, after the whole body, and swallows streams. */
final class BackendTest {
    private Backend backend;

    @BeforeEach
    void start() throws IOException {
        backend = Backend.start();
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    @Test
    void requestsOfAConnectionAreAnsweredInOrder() throws IOException {
        try (Socket socket = connect(backend.httpPort())) {
            write(socket, "GET /b/3 HTTP/1.1\r\nhost: a\r\n\r\nPOST /b/1 HTTP/1.1\r\nContent-Length:  4\r\n\r\nbody");
            write(socket, "GET /b/1048576 HTTP/1.1\r\n\r\n");
            assertThat(head(socket)).contains("content-length: 3\r\n");
            assertThat(socket.getInputStream().readNBytes(3)).hasSize(3);
            assertThat(head(socket)).contains("content-length: 1\r\n");
            assertThat(socket.getInputStream().readNBytes(1)).hasSize(1);
            assertThat(head(socket)).contains("content-length: 1048576\r\n");
            assertThat(socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
        }
    }

    @Test
    void theAnswerWaitsForTheWholeBody() throws IOException {
        try (Socket socket = connect(backend.httpPort())) {
            write(socket, "POST /b/1 HTTP/1.1\r\ncontent-length: 200000\r\n\r\n" + "x".repeat(199_999));
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .as("nothing before the last byte")
                    .isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(10_000);
            write(socket, "x");
            assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatItCannotMeasureEndsTheConnection() throws IOException {
        try (Socket socket = connect(backend.httpPort())) {
            write(socket, "POST /b/1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void streamsAreCountedAndTheFirstByteTellsThatTheWayIsOpen() throws IOException {
        try (Socket socket = connect(backend.sinkPort())) {
            socket.getOutputStream().write(Backend.ECHO_ONCE);
            assertThat(socket.getInputStream().read()).isEqualTo(Backend.ECHO_ONCE);
            write(socket, "x".repeat(1000));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(backend.sunkBytes()).isEqualTo(1000);
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = socket.getInputStream().read();
            assertThat(octet).as("the answer's head goes on").isNotNegative();
            head.append((char) octet);
        }
        return head.toString();
    }
}
