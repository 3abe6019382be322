package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.listen.ListenerProblem.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is known of a port before it is opened. */
final class ListenerProblemTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aPortThatSomebodyHasIsKnownBeforehandAndOneThatIsFreeStaysFree() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            port = taken.getLocalPort();
            for (InetAddress address : new InetAddress[] {LOOPBACK, InetAddress.getByName("0.0.0.0")}) {
                assertThat(ListenerProblem.beforehand("http", address, port)).satisfies(problem -> {
                    assertThat(problem.reason()).isEqualTo(Reason.IN_USE);
                    assertThat(problem.message())
                            .startsWith("listener 'http': cannot bind " + address.getHostAddress() + ":" + port)
                            .contains("expected a free port");
                });
            }
        }
        for (int time = 0; time < 2; time++) {
            assertThat(ListenerProblem.beforehand("http", LOOPBACK, port)).isNull();
        }
        try (ServerSocket after = new ServerSocket(port, 1, LOOPBACK)) {
            assertThat(after.isBound()).isTrue();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsKnownBeforehand() throws IOException {
        ListenerProblem problem = ListenerProblem.beforehand("http", InetAddress.getByName("192.0.2.1"), 8080);
        assertThat(Objects.requireNonNull(problem).reason()).isEqualTo(Reason.NO_SUCH_ADDRESS);
    }
}
