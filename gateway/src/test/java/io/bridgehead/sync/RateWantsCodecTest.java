package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.limit.RateWants;
import io.bridgehead.limit.RateWants.Bucket;
import io.bridgehead.limit.RateWants.Want;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RateWantsCodecTest {
    @Test
    void whatIsWrittenIsRead() throws MalformedException {
        RateWants wants = new RateWants(
                Map.of(new Bucket(1, -2), new Want(0.5, true), new Bucket(Long.MIN_VALUE, 3), new Want(0, false)));
        assertThat(RateWantsCodec.decode(RateWantsCodec.encode(wants))).isEqualTo(wants);
        assertThat(RateWantsCodec.decode(RateWantsCodec.encode(RateWants.NONE))).isEqualTo(RateWants.NONE);
    }

    @Test
    void asMuchAsThereMayBeIsSmall() throws MalformedException {
        Map<Bucket, Want> many = new HashMap<>();
        for (int i = 0; i < RateWants.WANTS_MAX; i++) {
            many.put(new Bucket(i, i), new Want(i, true));
        }
        Bytes bytes = RateWantsCodec.encode(new RateWants(many));
        assertThat(bytes.size()).isLessThan(7000);
        assertThat(RateWantsCodec.decode(bytes).wants()).hasSize(RateWants.WANTS_MAX);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> RateWantsCodec.decode(Bytes.EMPTY)).isInstanceOf(MalformedException.class);
        assertRefused(new BinaryWriter().u8(2).i32(0), "version is 2");
        assertRefused(new BinaryWriter().u8(1).i32(257), "wants");
        assertRefused(want(Double.NaN), "part is NaN");
        assertRefused(want(-1), "part is -1");
        assertRefused(want(1).u8(7), "");
    }

    private static BinaryWriter want(double part) {
        return new BinaryWriter()
                .u8(1)
                .i32(1)
                .i64(1)
                .i64(1)
                .i64(Double.doubleToRawLongBits(part))
                .u8(1);
    }

    private static void assertRefused(BinaryWriter bytes, String why) {
        assertThatThrownBy(() -> RateWantsCodec.decode(bytes.toBytes()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }
}
