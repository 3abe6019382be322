package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loops;
import org.junit.jupiter.api.Test;

final class GroundworkTest {
    @Test
    void whatWasLaidServesWhateverBeginsAfterIt() throws Exception {
        Groundwork first = Groundwork.begin();
        Groundwork second = Groundwork.begin();
        first.await();
        second.await();
        first.await();
        Loops loops = Loops.start(1);
        assertThat(loops.all()).hasSize(1);
        Waiting.quietly(loops.close().toCompletionStage());
    }
}
