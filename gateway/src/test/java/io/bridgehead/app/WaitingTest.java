package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class WaitingTest {
    @Test
    void aStepGivesWhatCameOfIt() throws StartException {
        assertThat(Waiting.await(CompletableFuture.completedStage("open"))).isEqualTo("open");
    }

    @Test
    void aStepThatFailsSaysWhy() {
        assertThatThrownBy(() -> Waiting.await(CompletableFuture.failedStage(new IOException("port 1 is in use"))))
                .isInstanceOf(StartException.class)
                .hasMessage("port 1 is in use");
    }

    @Test
    void aStepThatDoesNotEndEndsTheStartAfterItsOwnTime() {
        assertThatThrownBy(() -> Waiting.await(new CompletableFuture<>(), Duration.ofSeconds(1)))
                .isInstanceOf(StartException.class)
                .hasMessage("a step of the start took more than 1 s");
    }
}
