package io.bridgehead.wire.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.wire.hpack.FieldBlockReader.Outcome;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The writer against Netty's reader and this package's own. */
final class FieldBlockWriterTest {
    private final FieldBlockWriter writer = new FieldBlockWriter();

    private byte[] block(Http2Headers headers) {
        writer.begin();
        writer.method(headers.method().toString());
        writer.scheme(headers.scheme().toString());
        writer.authority(headers.authority().toString());
        writer.path(headers.path().toString());
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            if (field.getKey().charAt(0) != ':') {
                field(field.getKey().toString(), field.getValue().toString());
            }
        }
        return Arrays.copyOf(writer.block(), writer.length());
    }

    private void field(String name, String value) {
        byte[] text = (name + value).getBytes(StandardCharsets.ISO_8859_1);
        writer.field(text, 0, name.length(), name.length(), value.length());
    }

    private byte[] block(String name, String value) {
        writer.begin();
        field(name, value);
        return Arrays.copyOf(writer.block(), writer.length());
    }

    @Test
    void nettyAndTheReaderReadWhatItWritesBlockAfterBlock() throws Exception {
        SplittableRandom random = new SplittableRandom(23);
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
        FieldBlockReader reader = new FieldBlockReader(4096);
        for (int round = 0; round < 1000; round++) {
            if (round % 100 == 50) {
                int allowed = random.nextInt(5000);
                writer.capacityAllowed(allowed);
                writer.capacityAllowed(4096);
            }
            Http2Headers headers = RandomFields.make(random);
            byte[] block = block(headers);
            List<String> expected = lines(headers);
            Http2Headers read = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block));
            assertThat(lines(read)).isEqualTo(expected);
            Collected collected = Collected.over(block);
            assertThat(reader.read(collected.fields(), block.length, Long.MAX_VALUE, collected))
                    .isEqualTo(Outcome.GOOD);
            assertThat(collected.lines()).isEqualTo(expected);
        }
    }

    private static List<String> lines(Http2Headers headers) {
        List<String> pseudo = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            (field.getKey().charAt(0) == ':' ? pseudo : fields).add(field.getKey() + ": " + field.getValue());
        }
        pseudo.addAll(fields);
        return pseudo;
    }

    @Test
    void aFieldThatComesAgainCostsOneByteFromTheThirdTime() {
        assertThat(block("x-site", "aws-use1").length).isEqualTo(17);
        assertThat(block("x-site", "aws-use1").length).isEqualTo(17);
        assertThat(block("x-site", "aws-use1")).hasSize(1);
    }

    @Test
    void credentialsAreNeverIndexed() {
        for (int i = 0; i < 4; i++) {
            byte[] block = block("cookie", "id=secret");
            assertThat(block[0] & 0xf0).isEqualTo(0x10);
            assertThat(new String(block, StandardCharsets.ISO_8859_1)).endsWith("id=secret");
        }
    }

    @Test
    void statusesAreOneByteOrFive() {
        writer.begin();
        writer.status(204);
        assertThat(writer.length()).isEqualTo(1);
        writer.status(418);
        assertThat(writer.length()).isEqualTo(6);
        HeaderFields fields = new HeaderFields(Arrays.copyOf(writer.block(), 6), 6);
        Collected collected = new Collected(fields, new ArrayList<>());
        new FieldBlockReader(4096).read(fields, 6, 1000, collected);
        assertThat(collected.lines()).containsExactly(":status: 204", ":status: 418");
        assertThat(writer.listSize()).isEqualTo(2 * 42);
    }

    @Test
    void aPeerWithoutATableGetsNone() throws Exception {
        writer.capacityAllowed(0);
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
        decoder.configuration().maxHeaderTableSize(0);
        for (int i = 0; i < 4; i++) {
            byte[] block = block("x-site", "aws-use1");
            Http2Headers read = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block));
            assertThat(read.get("x-site")).hasToString("aws-use1");
        }
    }
}
