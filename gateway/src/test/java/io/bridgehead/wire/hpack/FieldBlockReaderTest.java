package io.bridgehead.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.wire.hpack.FieldBlockReader.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The reader against the examples of RFC 7541, against Netty's writer, and against blocks that lie. */
final class FieldBlockReaderTest {
    private static final long LIST_MAX = 65_536;

    private final FieldBlockReader reader = new FieldBlockReader(4096);

    private List<String> read(String hex) {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        Collected collected = Collected.over(block);
        assertThat(reader.read(collected.fields(), block.length, LIST_MAX, collected))
                .isEqualTo(Outcome.GOOD);
        return collected.lines();
    }

    private Outcome outcome(String hex, long listMax) {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        Collected collected = Collected.over(block);
        return reader.read(collected.fields(), block.length, listMax, collected);
    }

    /** Appendix C.3. */
    @Test
    void readsRequestsWithoutHuffmanCode() {
        assertThat(read("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"))
                .containsExactly(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
        assertThat(read("8286 84be 5808 6e6f 2d63 6163 6865"))
                .containsExactly(
                        ":method: GET",
                        ":scheme: http",
                        ":path: /",
                        ":authority: www.example.com",
                        "cache-control: no-cache");
        assertThat(read("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
                .containsExactly(
                        ":method: GET",
                        ":scheme: https",
                        ":path: /index.html",
                        ":authority: www.example.com",
                        "custom-key: custom-value");
    }

    /** Appendix C.4. */
    @Test
    void readsRequestsInHuffmanCode() {
        assertThat(read("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .containsExactly(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
        assertThat(read("8286 84be 5886 a8eb 1064 9cbf")).contains("cache-control: no-cache");
        assertThat(read("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
                .contains("custom-key: custom-value");
    }

    /** Appendix C.6: entries are evicted from a table of 256 bytes. */
    @Test
    void readsResponsesThroughASmallTable() {
        reader.capacityMax(256);
        assertThat(read("4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e"
                        + "919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
                .containsExactly(
                        ":status: 302",
                        "cache-control: private",
                        "date: Mon, 21 Oct 2013 20:13:21 GMT",
                        "location: https://www.example.com");
        assertThat(read("4883 640e ffc1 c0bf")).contains(":status: 307", "location: https://www.example.com");
        assertThat(read("88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7"
                        + "821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0"
                        + "03ed 4ee5 b106 3d50 07"))
                .contains(
                        ":status: 200",
                        "content-encoding: gzip",
                        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
    }

    @Test
    void readsWhatNettyWritesBlockAfterBlock() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (int threshold : new int[] {0, 512}) {
            FieldBlockReader fresh = new FieldBlockReader(4096);
            Http2HeadersEncoder encoder =
                    new DefaultHttp2HeadersEncoder((name, value) -> name.length() == 6, false, 16, threshold);
            for (int round = 0; round < 400; round++) {
                Http2Headers headers = RandomFields.make(random);
                ByteBuf out = Unpooled.buffer();
                encoder.encodeHeaders(1, headers, out);
                byte[] block = ByteBufUtil.getBytes(out);
                Collected collected = Collected.over(block);
                assertThat(fresh.read(collected.fields(), block.length, Long.MAX_VALUE, collected))
                        .isEqualTo(Outcome.GOOD);
                assertThat(collected.lines()).isEqualTo(lines(headers));
            }
        }
    }

    private static List<String> lines(Http2Headers headers) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            lines.add(field.getKey() + ": " + field.getValue());
        }
        return lines;
    }

    @Test
    void refusesWhatIsMalformed() {
        assertThat(outcome("80", LIST_MAX)).as("index 0").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("be", LIST_MAX)).as("an entry that is not there").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("ff", LIST_MAX)).as("an integer cut off").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("ffffffffffffff", LIST_MAX))
                .as("an integer without end")
                .isEqualTo(Outcome.BROKEN);
        assertThat(outcome("4005616263", LIST_MAX)).as("a string cut off").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("40", LIST_MAX)).as("no name").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("82 20", LIST_MAX)).as("a size update in the middle").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("3fe21f", LIST_MAX))
                .as("a table larger than allowed")
                .isEqualTo(Outcome.BROKEN);
        assertThat(outcome("4181 00", LIST_MAX))
                .as("padding that is not all ones")
                .isEqualTo(Outcome.BROKEN);
        assertThat(outcome("4184 ffffffff", LIST_MAX)).as("the end's own word").isEqualTo(Outcome.BROKEN);
        assertThat(outcome("4182 07ff", LIST_MAX)).as("padding of a whole byte").isEqualTo(Outcome.BROKEN);
    }

    @Test
    void aSmallBlockThatNamesALargeEntryManyTimesIsTooLargeAndKeepsLittle() {
        byte[] block = new byte[4 + 4000 + 10_000];
        block[0] = 0x40;
        block[1] = 1;
        block[2] = 'x';
        int at = 3;
        block[at++] = 0x7f;
        block[at++] = (byte) (((4000 - 127) & 0x7f) | 0x80);
        block[at++] = (byte) ((4000 - 127) >> 7);
        int valueEnd = at + 4000;
        while (at < valueEnd) {
            block[at++] = 'v';
        }
        int length = at;
        while (length < block.length) {
            block[length++] = (byte) 0xbe;
        }
        Collected collected = Collected.over(block);
        assertThat(reader.read(collected.fields(), length, LIST_MAX, collected)).isEqualTo(Outcome.TOO_LARGE);
        assertThat(collected.lines()).hasSizeLessThan(18);
        assertThat(collected.fields().array().length).isLessThan(100_000);
    }

    @Test
    void whatIsTooLargeIsStillLearnt() {
        assertThat(outcome("400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", 20))
                .isEqualTo(Outcome.TOO_LARGE);
        assertThat(read("be")).containsExactly("custom-key: custom-value");
    }

    @Test
    void aTableOfNothingForgetsEverything() {
        read("400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
        assertThat(read("20 82")).containsExactly(":method: GET");
        assertThat(outcome("be", LIST_MAX)).isEqualTo(Outcome.BROKEN);
    }
}
