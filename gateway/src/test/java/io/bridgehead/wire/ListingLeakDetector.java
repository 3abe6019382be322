package io.bridgehead.wire;

import io.netty.util.ResourceLeakDetector;
import org.jspecify.annotations.Nullable;

/** Netty's leak detector with what it finds in {@link LeakWatch}'s list; Netty makes it by {@code io.netty.customResourceLeakDetector}. */
public final class ListingLeakDetector<T> extends ResourceLeakDetector<T> {
    public ListingLeakDetector(Class<?> resource, int samplingInterval) {
        super(resource, samplingInterval);
    }

    public ListingLeakDetector(Class<?> resource, int samplingInterval, long maxActive) {
        super(resource, samplingInterval);
    }

    @Override
    protected @Nullable Object getInitialHint(String resource) {
        return LeakWatch.owner();
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
        LeakWatch.found(resource + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
        LeakWatch.found(resource);
    }
}
