package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.listen.ListenerProblem.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
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

    /** Who listens at every address listens at those of IPv6 too, where there are any. */
    @Test
    void aPortThatSomebodyHasAtAnAddressOfTheOtherFamilyIsTaken() throws IOException {
        InetAddress other = InetAddress.ofLiteral("::1");
        try (ServerSocket taken = new ServerSocket()) {
            try {
                taken.bind(new InetSocketAddress(other, 0));
            } catch (IOException e) {
                Assumptions.abort("no IPv6 here: " + e);
            }
            ListenerProblem problem =
                    ListenerProblem.beforehand("http", InetAddress.getByName("0.0.0.0"), taken.getLocalPort());
            assertThat(Objects.requireNonNull(problem).reason()).isEqualTo(Reason.IN_USE);
        }
    }

    @Test
    void anAddressOfAFamilyThatIsNotThereIsOneOfAnotherMachine() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutIpv6.class.getName())
                .inheritIO()
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process that has no IPv6. */
    static final class WithoutIpv6 {
        private WithoutIpv6() {}

        static void main() throws IOException {
            ListenerProblem problem = ListenerProblem.beforehand("http", InetAddress.getByName("::"), 8080);
            assertThat(Objects.requireNonNull(problem).reason()).isEqualTo(Reason.NO_SUCH_ADDRESS);
            assertThat(ListenerProblem.beforehand("http", InetAddress.getByName("192.0.2.1"), 8080))
                    .isNotNull();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsKnownBeforehand() throws IOException {
        ListenerProblem problem = ListenerProblem.beforehand("http", InetAddress.getByName("192.0.2.1"), 8080);
        assertThat(Objects.requireNonNull(problem).reason()).isEqualTo(Reason.NO_SUCH_ADDRESS);
    }
}
