package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The other tests' word that nothing leaks is worth something only if a leak would be found, and whoever is to blame for it. */
@ExtendWith(LeakWatch.class)
final class LeakWatchTest {
    private static void lose() {
        for (int i = 0; i < 10; i++) {
            ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
        }
    }

    private static void assertFound() {
        assertThatThrownBy(LeakWatch::assertNone)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LeakWatchTest.lose");
        LeakWatch.assertNone();
    }

    @Test
    void aBufferThatTheTestLostIsFound() {
        LeakWatch.start();
        lose();
        assertFound();
    }

    @Test
    void aBufferThatALoopLostIsFound() {
        try (WireBed bed = new WireBed()) {
            bed.run(LeakWatchTest::lose);
        }
        assertFound();
    }

    @Test
    void whatOthersLostIsNotFoundHere() throws InterruptedException {
        LeakWatch.start();
        Thread.ofPlatform()
                .inheritInheritableThreadLocals(false)
                .start(LeakWatchTest::lose)
                .join();
        LeakWatch.assertNone();
    }
}
