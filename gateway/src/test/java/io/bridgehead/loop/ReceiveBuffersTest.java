package io.bridgehead.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("the level of the leak detector is the process's")
@SuppressWarnings("deprecation") // the interface that allocators of Netty have
final class ReceiveBuffersTest {
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final Set<ByteBuf> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    @BeforeEach
    void watchLess() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterEach
    void watchAgain() {
        ResourceLeakDetector.setLevel(before);
    }

    private static RecvByteBufAllocator.Handle handle() {
        return new ReceiveBuffers(new AdaptiveRecvByteBufAllocator(64, 512, 65_536)).newHandle();
    }

    private ByteBuf take(RecvByteBufAllocator.Handle handle) {
        ByteBuf buffer = handle.allocate(ByteBufAllocator.DEFAULT);
        seen.add(buffer);
        return buffer;
    }

    @Test
    void oneIsEnoughForWhoeverIsDoneWithIt() {
        RecvByteBufAllocator.Handle handle = handle();
        for (int i = 0; i < 1_000; i++) {
            ByteBuf buffer = take(handle);
            assertThat(buffer.writeInt(i).readableBytes()).isEqualTo(4);
            buffer.release();
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void whatIsHeldForATurnIsUsedAgainInTheNext() {
        RecvByteBufAllocator.Handle handle = handle();
        for (int turn = 0; turn < 100; turn++) {
            ArrayDeque<ByteBuf> held = new ArrayDeque<>();
            for (int i = 0; i < 20; i++) {
                held.add(take(handle).writeInt(i));
            }
            for (int i = 0; i < 20; i++) {
                ByteBuf buffer = held.remove();
                assertThat(buffer.readInt()).as("nobody wrote over it").isEqualTo(i);
                buffer.release();
            }
        }
        assertThat(seen).hasSize(20);
    }

    @Test
    void whoHoldsThemAllKeepsNobodyFromReading() {
        RecvByteBufAllocator.Handle handle = handle();
        ArrayDeque<ByteBuf> held = new ArrayDeque<>();
        for (int i = 0; i < 200; i++) {
            held.add(take(handle).writeInt(i));
        }
        assertThat(seen).hasSize(200);
        seen.clear();
        for (int i = 0; i < 200; i++) {
            ByteBuf buffer = held.remove();
            assertThat(buffer.readInt()).isEqualTo(i);
            buffer.release();
        }
        ByteBuf again = take(handle);
        assertThat(again.refCnt()).as("one of those that are kept").isEqualTo(2);
        again.release();
    }
}
