package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The other tests' word that nothing leaks is worth something only if a leak would be found. */
final class LeakWatchTest {
    @Test
    void findsALostBuffer() {
        LeakWatch.start();
        for (int i = 0; i < 10; i++) {
            ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
        }
        assertThatThrownBy(LeakWatch::assertNone).isInstanceOf(AssertionError.class);
        LeakWatch.start();
    }
}
