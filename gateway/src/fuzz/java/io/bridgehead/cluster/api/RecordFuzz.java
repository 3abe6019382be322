package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that nobody trusts are no record, with a word why, or the one encoding of the record that they are read as. */
final class RecordFuzz {
    @MethodSource("records")
    @FuzzTest(maxDuration = "3s")
    void oneRecordHasOneEncoding(byte[] bytes) {
        SignedRecord record;
        try {
            record = RecordCodec.decode(Bytes.copyOf(bytes));
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(RecordCodec.encode(record)).isEqualTo(Bytes.copyOf(bytes));
    }

    static Stream<Arguments> records() {
        UnsignedRecord content = new UnsignedRecord(
                Kind.CHANGESET,
                "team-a",
                "spiffe://example.org/operator/ann",
                new Stamp(1_700_000_000_000L, 3, "aws-a"),
                Bytes.utf8("kind: Service"));
        SignedRecord record = content.signed(Bytes.utf8("signature"), List.of(Bytes.utf8("one"), Bytes.utf8("two")));
        return Stream.of(Arguments.of((Object) RecordCodec.encode(record).toArray()));
    }
}
