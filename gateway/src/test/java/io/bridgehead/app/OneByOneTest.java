package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OneByOneTest {
    @Test
    void oneBeginsWhenTheOneBeforeHasEnded() {
        Deque<Runnable> given = new ArrayDeque<>();
        List<String> done = new ArrayList<>();
        OneByOne tasks = new OneByOne(given::add);
        tasks.execute(() -> {
            tasks.execute(() -> done.add("third"));
            assertThat(given).as("while it is at it").isEmpty();
            done.add("first");
            throw new IllegalStateException("once");
        });
        tasks.execute(() -> done.add("second"));
        assertThat(given).hasSize(1);
        assertThatThrownBy(() -> given.remove().run()).hasMessage("once");
        assertThat(given).as("a failure is no end").hasSize(1);
        given.remove().run();
        given.remove().run();
        assertThat(given).isEmpty();
        assertThat(done).containsExactly("first", "second", "third");
    }
}
