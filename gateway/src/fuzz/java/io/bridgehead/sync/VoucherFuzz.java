package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What another node asks to be vouched for, or vouches for, is refused with a word why, or has one encoding. */
final class VoucherFuzz {
    @MethodSource("questions")
    @FuzzTest(maxDuration = "3s")
    void isRefusedOrHasOneEncoding(byte[] bytes) {
        if (bytes.length > Limits.RECORD_BYTES_MAX) {
            return;
        }
        List<Sha256> names;
        try {
            names = Voucher.decode(Bytes.copyOf(bytes));
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(Voucher.encode(names).toArray()).isEqualTo(bytes);
    }

    static Stream<Arguments> questions() {
        List<Sha256> names = List.of(Sha256.of(Bytes.utf8("one")), Sha256.of(Bytes.utf8("two")));
        return Stream.of(Arguments.of((Object) Voucher.encode(names).toArray()));
    }
}
