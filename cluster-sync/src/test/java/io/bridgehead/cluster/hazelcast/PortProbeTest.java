package io.bridgehead.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Which answers of a port to plaintext count as a refusal. */
final class PortProbeTest {
    /** Answers one connection. */
    private interface Behaviour {
        void with(Socket connection) throws IOException;
    }

    private static Optional<String> probed(Behaviour behaviour) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // on a thread of its own: the common pool has one, which another test may keep
            CompletableFuture<Void> serving = CompletableFuture.runAsync(
                    () -> {
                        try (Socket connection = server.accept()) {
                            connection.getInputStream().readNBytes(3);
                            behaviour.with(connection);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    Thread::startVirtualThread);
            Optional<String> problem = PortProbe.problem(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()),
                    ConcurrentHashMap.newKeySet());
            serving.join();
            return problem;
        }
    }

    @Test
    void theEndATlsAlertAndAResetAreRefusals() throws IOException {
        assertThat(probed(connection -> {})).isEmpty();
        assertThat(probed(connection -> connection.getOutputStream().write(0x15)))
                .isEmpty();
        assertThat(probed(connection -> connection.setSoLinger(true, 0))).isEmpty();
    }

    @Test
    void anAnswerInPlaintextIsAProblem() throws IOException {
        assertThat(probed(connection -> connection.getOutputStream().write('H')))
                .hasValueSatisfying(problem -> assertThat(problem).contains("answers plaintext"));
    }
}
