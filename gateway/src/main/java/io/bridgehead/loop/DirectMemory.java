package io.bridgehead.loop;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** How much of the memory outside the heap is in use for buffers. */
public final class DirectMemory {
    private final List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .toList();

    /** From 0 to 1: Netty's own count where it has one, else the JDK's, against what Netty may have. */
    public double share() {
        long used = PlatformDependent.usedDirectMemory();
        if (used < 0) {
            used = 0;
            for (BufferPoolMXBean pool : pools) {
                used += pool.getMemoryUsed();
            }
        }
        long max = PlatformDependent.maxDirectMemory();
        return max <= 0 ? 0 : (double) used / max;
    }
}
