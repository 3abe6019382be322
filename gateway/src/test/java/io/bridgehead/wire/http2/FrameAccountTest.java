package io.bridgehead.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.FrameLimits;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** The account alone, at a clock of the test's. */
@NullUnmarked // a context is not needed
@OwnedBy(Owner.CONFINED)
final class FrameAccountTest {
    private static final FrameLimits LIMITS = new FrameLimits(100, 10, true, 1_000);

    private long now;
    private final FrameAccount account = account(LIMITS);

    /** Takes all it is given. */
    private static final class Swallowing implements Http2FrameReader {
        @Override
        public void readFrame(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) {
            in.skipBytes(in.readableBytes());
        }

        @Override
        public Configuration configuration() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private FrameAccount account(FrameLimits limits) {
        Http2Connection connection = new DefaultHttp2Connection(true);
        return new FrameAccount(
                new Swallowing(),
                limits,
                new ResetCount(WireLimits.edge(), () -> now),
                () -> now,
                new UnwantedData(connection, connection.newKey()));
    }

    private void read(FrameAccount to, int type, int length) throws Http2Exception {
        ByteBuf frame = Unpooled.buffer()
                .writeMedium(length)
                .writeByte(type)
                .writeByte(0)
                .writeInt(1)
                .writeZero(length);
        to.readFrame(null, frame, new Http2FrameAdapter());
    }

    private void pings(int count) throws Http2Exception {
        for (int i = 0; i < count; i++) {
            read(account, 6, 8);
        }
    }

    @Test
    void aPingEverySecondForADayIsHonest() throws Http2Exception {
        for (int i = 0; i < 86_400; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            pings(1);
        }
    }

    @Test
    void theBudgetIsSpentThenTheConnectionEndsAndNothingMoreIsRead() throws Http2Exception {
        pings(100);
        assertThatThrownBy(() -> pings(1))
                .isInstanceOf(LimitExceeded.class)
                .satisfies(e -> assertThat(LimitExceeded.reason(e)).isEqualTo(CloseReason.FRAME_FLOOD));
        pings(1_000);
    }

    @Test
    void aPromiseOfAPushEndsTheConnectionBeforeItsHeadIsLookedAt() {
        assertThatThrownBy(() -> read(account, 5, 100))
                .isInstanceOf(Http2Exception.class)
                .satisfies(e -> assertThat(((Http2Exception) e).error()).isEqualTo(Http2Error.PROTOCOL_ERROR));
    }

    @Test
    void timeEarnsBackWhatItIsWorth() throws Http2Exception {
        pings(100);
        now += TimeUnit.SECONDS.toNanos(3);
        pings(30);
        now += TimeUnit.MILLISECONDS.toNanos(99);
        assertThatThrownBy(() -> pings(1)).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void usefulWorkEarnsBackButNeverMoreThanTheBudget() throws Http2Exception {
        pings(100);
        for (int i = 0; i < 1_000; i++) {
            account.completed();
        }
        pings(100);
        assertThatThrownBy(() -> pings(1)).isInstanceOf(LimitExceeded.class);
    }

    @Test
    void tinyDataCostsOutsideAndNotBetweenNodes() throws Http2Exception {
        for (int i = 0; i < 100; i++) {
            read(account, 0, 1);
        }
        assertThatThrownBy(() -> read(account, 0, 1)).isInstanceOf(LimitExceeded.class);
        FrameAccount between = account(new FrameLimits(100, 10, false, 1_000));
        for (int i = 0; i < 10_000; i++) {
            read(between, 0, 1);
        }
        for (int i = 0; i < 100; i++) {
            read(between, 0, 0);
        }
        assertThatThrownBy(() -> read(between, 0, 0)).isInstanceOf(LimitExceeded.class);
    }
}
