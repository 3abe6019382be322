package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Loops loops = Loops.start(3);

    @AfterEach
    void stop() {
        Await.done(loops.close().toCompletionStage());
    }

    @Test
    void spreadsEachAddressOverTheLoopsAndEvensOutBetweenAddresses() {
        Admission admission = new Admission(loops.all(), 100, 100);
        List<Integer> placed = new ArrayList<>();
        for (String ip : List.of("10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2")) {
            placed.add(index(admission.admit(ip)));
        }
        assertThat(placed).containsExactly(0, 1, 2, 0, 1, 2);
        admission.left("10.0.0.1", loops.all().get(1));
        assertThat(index(admission.admit("10.0.0.1"))).isEqualTo(1);
    }

    @Test
    void boundsEachAddressAndUnfinishedHandshakes() {
        Admission admission = new Admission(loops.all(), 2, 3);
        Loop first = admission.admit("10.0.0.1");
        admission.admit("10.0.0.1");
        assertThat(admission.admit("10.0.0.1")).isNull();
        assertThat(admission.admit("10.0.0.2")).isNotNull();
        assertThat(admission.admit("10.0.0.3")).as("three are unfinished").isNull();
        admission.handshakeOver();
        assertThat(admission.admit("10.0.0.3")).isNotNull();
        admission.handshakeOver();
        admission.left("10.0.0.1", Objects.requireNonNull(first));
        assertThat(admission.admit("10.0.0.1")).isNotNull();
    }

    private static int index(@Nullable Loop loop) {
        return loop == null ? -1 : loop.index();
    }
}
