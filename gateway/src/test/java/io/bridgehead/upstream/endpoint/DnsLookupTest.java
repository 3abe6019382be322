package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.loop.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DnsLookupTest {
    private Loops loops;
    private NameServer server;

    private record Found(List<String> addresses, Duration life) {}

    @BeforeEach
    void start() throws IOException {
        loops = Loops.start(1);
        server = NameServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Found lookup(DnsLookup.Settings settings, String name) throws Exception {
        CompletableFuture<Found> found = new CompletableFuture<>();
        try (DnsLookup lookup = DnsLookup.on(loops.all().getFirst(), settings)) {
            lookup.lookup(name, new NameLookup.Answer() {
                @Override
                public void found(List<InetAddress> addresses, Duration life) {
                    found.complete(new Found(
                            addresses.stream().map(InetAddress::getHostAddress).toList(), life));
                }

                @Override
                public void failed(String problem) {
                    found.completeExceptionally(new AssertionError(problem));
                }
            });
            return found.get(30, TimeUnit.SECONDS);
        }
    }

    private DnsLookup.Settings asking() {
        return new DnsLookup.Settings(List.of(server.address()), Duration.ofSeconds(2), Duration.ofSeconds(60));
    }

    @Test
    void theHostsFileAnswersFirst() throws Exception {
        Found found = lookup(DnsLookup.Settings.SYSTEM, "localhost");
        assertThat(found.addresses)
                .isNotEmpty()
                .allMatch(address -> InetAddress.ofLiteral(address).isLoopbackAddress());
        assertThat(found.life).isEqualTo(DnsLookup.Settings.SYSTEM.lifeMin());
    }

    @Test
    void anAnswerHoldsAsLongAsItsRecordsDo() throws Exception {
        server.put("db.example", 30, "10.0.0.2", "10.0.0.1");
        assertThat(lookup(asking(), "db.example").addresses).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(lookup(asking(), "db.example").life).hasSeconds(30);
    }

    @Test
    void lifeIsBoundedBelowAndAbove() throws Exception {
        server.put("short.example", 0, "10.0.0.1");
        server.put("long.example", 86_400, "10.0.0.1");
        assertThat(lookup(asking(), "short.example").life).hasSeconds(2);
        assertThat(lookup(asking(), "long.example").life).hasSeconds(60);
    }

    @Test
    void aNameWithoutAddressesAndNoNameAtAllBothFail() {
        server.put("empty.example", 30);
        assertThatThrownBy(() -> lookup(asking(), "empty.example")).hasRootCauseInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> lookup(asking(), "absent.example")).hasRootCauseInstanceOf(AssertionError.class);
    }

    @Test
    void everyLookupAsks() throws Exception {
        server.put("db.example", 30, "10.0.0.1");
        DnsLookup.Settings settings = asking();
        lookup(settings, "db.example");
        int before = server.questions();
        lookup(settings, "db.example");
        assertThat(server.questions()).isGreaterThan(before);
    }
}
