package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aBucketGivesItsBurstAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, 5, 0);
        for (int i = 0; i < 5; i++) {
            assertThat(bucket.tryTake(0)).isTrue();
        }
        assertThat(bucket.tryTake(0)).isFalse();
        assertThat(bucket.nanosToNext(0)).isEqualTo(SECOND / 10);
        assertThat(bucket.tryTake(SECOND / 10 - 1)).isFalse();
        assertThat(bucket.tryTake(SECOND / 10 + 1)).isTrue();
        assertThat(bucket.tryTake(6, 100 * SECOND)).isFalse();
        assertThat(bucket.tryTake(5, 100 * SECOND)).isTrue();
    }

    @Test
    void aBucketIgnoresAClockThatGoesBackAndRefusesSenselessValues() {
        TokenBucket bucket = new TokenBucket(1, 1, 10 * SECOND);
        assertThat(bucket.tryTake(5 * SECOND)).isTrue();
        assertThat(bucket.tryTake(5 * SECOND)).isFalse();
        assertThatThrownBy(() -> new TokenBucket(0, 1, 0)).hasMessageContaining("expected more than 0");
        assertThatThrownBy(() -> new TokenBucket(1, 0, 0)).hasMessageContaining("expected 1 or more");
        assertThatThrownBy(() -> new TokenBucket(Double.NaN, 1, 0)).hasMessageContaining("rate");
    }

    @Test
    void permitsAreBoundedAndComeBackOnce() {
        Permits permits = new Permits(2);
        Permits.Permit first = Objects.requireNonNull(permits.tryTake());
        assertThat(permits.tryTake()).isNotNull();
        assertThat(permits.tryTake()).isNull();
        first.end();
        assertThat(permits.taken()).isEqualTo(1);
        assertThatThrownBy(first::end).isInstanceOf(AssertionError.class).hasMessage("a permit is ended once");
        assertThat(permits.taken()).isEqualTo(1);
        assertThat(permits.tryTake()).isNotNull();
    }
}
