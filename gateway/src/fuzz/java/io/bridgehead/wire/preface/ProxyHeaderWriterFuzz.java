package io.bridgehead.wire.preface;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.Flow;
import io.bridgehead.model.IpAddress;
import io.bridgehead.wire.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written for an endpoint is read as the same ends and the same facts, and a header with a bit turned names no other ends. */
final class ProxyHeaderWriterFuzz {
    private static final int ENDS = 38;
    private static final int TEXT_MAX = 255;

    @MethodSource("ends")
    @FuzzTest(maxDuration = "3s")
    void isReadAsItWasWritten(byte[] bytes) {
        if (bytes.length < ENDS) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int kinds = in.get();
        int turned = in.get() & 0xff;
        Flow flow = new Flow(address(in, (kinds & 1) == 0), port(in), address(in, (kinds & 2) == 0), port(in));
        String text = new String(bytes, ENDS, Math.min(TEXT_MAX, bytes.length - ENDS), StandardCharsets.ISO_8859_1);
        String ascii = text.replaceAll("[^\\x21-\\x7e]", "-");
        reads(bytes(ProxyHeaderWriter.v1(flow)), flow);
        reads(bytes(ProxyHeaderWriter.v2Local()), null);
        byte[] open = bytes(ProxyHeaderWriter.v2(null, new ProxyHeaderWriter.Facts(ascii, "aws", null, null, null)));
        assertThat(ProxyHeaderReader.read(Unpooled.wrappedBuffer(open)))
                .isEqualTo(new ProxyHeaderReader.Header(open.length, null));
        byte[] header = bytes(ProxyHeaderWriter.v2(
                flow,
                new ProxyHeaderWriter.Facts("spiffe://a/" + ascii, "aws", (kinds & 4) == 0 ? ascii : null, ascii, null)));
        reads(header, flow);
        TreeMap<Integer, String> facts = new TreeMap<>();
        if (!ascii.isEmpty()) {
            facts.put(0x01, ascii);
        }
        if (!ascii.isEmpty() && (kinds & 4) == 0) {
            facts.put(0x02, ascii);
        }
        facts.put(ProxyHeaderWriter.TLV_CALLER, "spiffe://a/" + ascii);
        facts.put(ProxyHeaderWriter.TLV_SITE, "aws");
        assertThat(facts(header, flow.isV4() ? 28 : 52)).isEqualTo(facts);
        int bit = turned * header.length * 8 / 256;
        header[bit / 8] ^= (byte) (1 << bit % 8);
        if (ProxyHeaderReader.read(Unpooled.wrappedBuffer(header)) instanceof ProxyHeaderReader.Header read
                && read.flow() != null) {
            assertThat(read.flow()).isEqualTo(flow);
        }
    }

    private static void reads(byte[] header, @Nullable Flow flow) {
        byte[] followed = Arrays.copyOf(header, header.length + 3);
        ByteBuf in = Unpooled.wrappedBuffer(followed);
        assertThat(ProxyHeaderReader.read(in)).isEqualTo(new ProxyHeaderReader.Header(header.length, flow));
        assertThat(ProxyHeaderReader.isSigned(in)).isTrue();
    }

    /** The TLVs by a plain reading, without the checksum. */
    private static Map<Integer, String> facts(byte[] header, int from) {
        TreeMap<Integer, String> facts = new TreeMap<>();
        ByteBuffer in = ByteBuffer.wrap(header).position(from);
        while (in.hasRemaining()) {
            int type = in.get() & 0xff;
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            if (type != ProxyHeaderReader.TLV_CRC32C) {
                assertThat(facts.put(type, new String(value, StandardCharsets.US_ASCII)))
                        .isNull();
            }
        }
        return facts;
    }

    private static IpAddress address(ByteBuffer in, boolean v4) {
        byte[] bytes = new byte[16];
        in.get(bytes);
        return IpAddress.of(v4 ? Arrays.copyOf(bytes, 4) : bytes);
    }

    private static int port(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static byte[] bytes(Chunk chunk) {
        byte[] bytes = chunk.toBytes();
        chunk.release();
        return bytes;
    }

    static Stream<Arguments> ends() {
        String v4 = "cb007107" + "00".repeat(12) + "c8f2";
        String v6 = "20010db8" + "00".repeat(11) + "07" + "01bb";
        String mapped = "00".repeat(10) + "ffff0a000001" + "0050";
        String name = HexFormat.of().formatHex("shop.example".getBytes(StandardCharsets.US_ASCII));
        return Stream.of(
                        "0000" + v4 + v4 + name,
                        "0380" + v6 + v6 + name,
                        "0240" + v4 + v6 + name,
                        "03ff" + mapped + v6,
                        "0710" + v6 + mapped + "c3a9")
                .map(hex -> Arguments.of((Object) HexFormat.of().parseHex(hex)));
    }
}
