package io.bridgehead.cluster.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.cluster.api.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a power cut left behind a good record in a log, that record is read, and reading ends. */
final class FramesFuzz {
    private static final Bytes GOOD = Bytes.utf8("a record that was acknowledged");

    @MethodSource("rests")
    @FuzzTest(maxDuration = "3s")
    void whatIsGoodIsRead(byte[] rest) {
        byte[] frame = bytes(Frames.frame(GOOD));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Frames.TITLE.toArray());
        file.writeBytes(frame);
        file.writeBytes(rest);
        Frames.Scan scan = Frames.scan(Bytes.wrap(file.toByteArray()));
        assertThat(scan.payloads()).first().isEqualTo(GOOD);
        assertThat(scan.goodEnd() + scan.cut()).isLessThanOrEqualTo(file.size());
        assertThat(scan.goodEnd()).isGreaterThanOrEqualTo(Frames.TITLE.size() + frame.length);
        Frames.scan(Bytes.copyOf(rest)); // ends, whatever it says
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static Stream<Arguments> rests() {
        byte[] frame = bytes(Frames.frame(Bytes.utf8("another")));
        byte[] torn = java.util.Arrays.copyOf(frame, frame.length - 3);
        byte[] damaged = frame.clone();
        damaged[frame.length - 1] ^= 1;
        return Stream.of(frame, torn, damaged).map(bytes -> Arguments.of((Object) bytes));
    }
}
