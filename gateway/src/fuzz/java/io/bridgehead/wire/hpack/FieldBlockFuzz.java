package io.bridgehead.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.wire.hpack.FieldBlockReader.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever two blocks of one connection hold, reading them ends with a word; and what was read is written and read again the same. */
final class FieldBlockFuzz {
    private static final long LIST_MAX = 8_192;
    private static final int TABLE_BYTES = 4_096;

    @MethodSource("blocks")
    @FuzzTest(maxDuration = "3s")
    void endsWithAWord(byte[] bytes) {
        FieldBlockReader reader = new FieldBlockReader(TABLE_BYTES);
        int half = bytes.length / 2;
        Collected first = read(reader, Arrays.copyOfRange(bytes, 0, half));
        Collected second = first == null ? null : read(reader, Arrays.copyOfRange(bytes, half, bytes.length));
        if (first != null && second != null) {
            assertThat(again(first)).isEqualTo(first.lines());
            assertThat(again(second)).isEqualTo(second.lines());
        }
    }

    private static @Nullable Collected read(FieldBlockReader reader, byte[] block) {
        Collected collected = Collected.over(block);
        Outcome outcome = reader.read(collected.fields(), block.length, LIST_MAX, collected);
        long list = collected.lines().stream().mapToLong(line -> line.length() - 2 + 32).sum();
        assertThat(list).as("what is kept").isLessThanOrEqualTo(LIST_MAX);
        return outcome == Outcome.GOOD ? collected : null;
    }

    private static List<String> again(Collected fields) {
        FieldBlockWriter writer = new FieldBlockWriter();
        writer.begin();
        for (String line : fields.lines()) {
            int colon = line.indexOf(": ", 1);
            byte[] text = line.getBytes(StandardCharsets.ISO_8859_1);
            colon = colon < 0 ? line.indexOf(": ") : colon;
            writer.field(text, 0, colon, colon + 2, text.length - colon - 2);
        }
        byte[] block = Arrays.copyOf(writer.block(), writer.length());
        Collected collected = Collected.over(block);
        assertThat(new FieldBlockReader(TABLE_BYTES).read(collected.fields(), block.length, Long.MAX_VALUE, collected))
                .isEqualTo(Outcome.GOOD);
        return collected.lines();
    }

    static Stream<Arguments> blocks() {
        return Stream.of(
                        "82868441 0f7777772e6578616d706c652e636f6d 828684be58086e6f2d6361636865",
                        "828684418cf1e3c2e5f23a6ba0ab90f4ff 828684be5886a8eb10649cbf",
                        "3fe11f4003616263036465660003616263036465661003616263 0364656620",
                        "4882640258 85aec3771a4b")
                .map(hex -> java.util.HexFormat.of().parseHex(hex.replace(" ", "")))
                .map(bytes -> Arguments.of((Object) bytes));
    }
}
