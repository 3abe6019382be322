package io.bridgehead.authn;

import java.util.concurrent.TimeUnit;

/** Time that stands still until a test moves it. */
final class TestClock implements Origins.Clock {
    private long seconds;

    void advance(long more) {
        seconds += more;
    }

    @Override
    public long nanoTime() {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Override
    public long epochSeconds() {
        return 1_800_000_000 + seconds;
    }
}
