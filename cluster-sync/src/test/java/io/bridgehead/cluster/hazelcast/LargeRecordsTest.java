package io.bridgehead.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.testing.Records;
import org.junit.jupiter.api.Test;

class LargeRecordsTest {
    private static EncodedRecord order(int characters) {
        return EncodedRecord.of(Records.order("drain site=a", Records.stamp(1), "x".repeat(characters)));
    }

    @Test
    void aSmallRecordStandsInTheCellItself() {
        EncodedRecord small = order(100);
        assertThat(LargeRecords.cell(small)).isEqualTo(small.bytes().toArray());
        assertThat(LargeRecords.name(LargeRecords.cell(small))).isEmpty();
    }

    @Test
    void ofALargeRecordTheNameStandsInTheCell() {
        EncodedRecord large = order(LargeRecords.CELL_BYTES_MAX);
        byte[] cell = LargeRecords.cell(large);
        assertThat(Bytes.wrap(cell).toHex())
                .as("\"BHL\", version 1, and the hash; members of this version read it so")
                .isEqualTo("42484c01" + large.id().hex());
        assertThat(LargeRecords.name(cell)).contains(large.id());
    }

    @Test
    void whatHasAnotherLengthOrBeginningIsNoName() {
        byte[] cell = LargeRecords.cell(order(LargeRecords.CELL_BYTES_MAX));
        assertThat(LargeRecords.name(java.util.Arrays.copyOf(cell, cell.length + 1)))
                .isEmpty();
        cell[3] = 2;
        assertThat(LargeRecords.name(cell)).isEmpty();
        assertThat(LargeRecords.name(new byte[0])).isEmpty();
    }
}
