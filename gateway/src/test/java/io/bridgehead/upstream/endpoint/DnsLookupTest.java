package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loops;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DnsLookupTest {
    @Test
    void theHostsFileAnswersFirst() throws Exception {
        Loops loops = Loops.start(1);
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        try (DnsLookup lookup = DnsLookup.on(loops.all().getFirst())) {
            lookup.lookup("localhost", new NameLookup.Answer() {
                @Override
                public void found(List<InetAddress> addresses) {
                    found.complete(addresses);
                }

                @Override
                public void failed(String problem) {
                    found.completeExceptionally(new AssertionError(problem));
                }
            });
            assertThat(found.get(10, TimeUnit.SECONDS)).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
        } finally {
            loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
