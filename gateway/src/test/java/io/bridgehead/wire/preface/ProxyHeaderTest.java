package io.bridgehead.wire.preface;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.ClientTls;
import io.bridgehead.model.ClientTls.Certificate;
import io.bridgehead.model.Flow;
import io.bridgehead.model.IpAddress;
import io.bridgehead.wire.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header of the PROXY protocol, read and written. */
final class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final ProxyHeaderWriter.Facts FACTS =
            new ProxyHeaderWriter.Facts("spiffe://corp.example/site/a/shop", "a", "shop.example", "h2", null);

    private static ProxyHeaderReader.Result read(byte[] bytes) {
        return ProxyHeaderReader.read(Unpooled.wrappedBuffer(bytes));
    }

    private static ProxyHeaderReader.Result readText(String text) {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ProxyHeaderReader.Result readHex(String hex) {
        return read(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 198.51.100.1 51234 443, 203.0.113.7 198.51.100.1 51234 443",
        "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535, 0.0.0.0 255.255.255.255 0 65535",
        "PROXY TCP6 2001:db8::7 2001:DB8::1 1 2, 2001:db8::7 2001:db8::1 1 2",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
    })
    void version1(String line, String flow) {
        assertThat(readText(line + "\r\nGET /"))
                .isEqualTo(new ProxyHeaderReader.Header(line.length() + 2, Flow.parse(flow)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it says\r\n"})
    void version1OfUnknownEnds(String line) {
        assertThat(readText(line)).isEqualTo(new ProxyHeaderReader.Header(line.length(), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 -2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n",
                "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 ::1 ::2 1 2\r\n",
                "PROXY TCP4 1.2.3.4 ::2 1 2\r\n",
                "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP6 ::1 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4.5 5.6.7.8 1 2\r\n",
                "PROXY TCP4 example.com 5.6.7.8 1 2\r\n",
                "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY \r\n",
                "PROXY TCP4\r\n",
            })
    void version1ThatIsNone(String line) {
        assertThat(readText(line)).isInstanceOf(ProxyHeaderReader.Invalid.class);
    }

    @Test
    void version1EndsWithin107Bytes() {
        String endless = "PROXY UNKNOWN " + "x".repeat(93);
        assertThat(readText(endless.substring(0, 106))).isInstanceOf(ProxyHeaderReader.More.class);
        assertThat(readText(endless)).isInstanceOf(ProxyHeaderReader.Invalid.class);
        assertThat(readText(endless.substring(0, 105) + "\r\n")).isInstanceOf(ProxyHeaderReader.Header.class);
        assertThat(readText(endless.substring(0, 106) + "\r\n")).isInstanceOf(ProxyHeaderReader.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\n", "PROXXY", "PROXY\t", "\r\nGET", "\r\n\r\n\0\r\nQUIET", "\u0016\u0003\u0001"
            })
    void whatBeginsOtherwiseIsNoHeader(String text) {
        assertThat(readText(text)).isInstanceOf(ProxyHeaderReader.NoHeader.class);
    }

    @Test
    void version2OfBothFamilies() {
        assertThat(readHex(SIGNATURE + "21 11 000c cb007107 c6336401 c822 01bb"))
                .isEqualTo(new ProxyHeaderReader.Header(28, Flow.parse("203.0.113.7 198.51.100.1 51234 443")));
        assertThat(readHex(SIGNATURE
                        + "21 21 0024 20010db8000000000000000000000007 20010db8000000000000000000000001 0001 0002"))
                .isEqualTo(new ProxyHeaderReader.Header(52, Flow.parse("2001:db8::7 2001:db8::1 1 2")));
    }

    @Test
    void version2ThatSaysNothingOfTheClient() {
        assertThat(readHex(SIGNATURE + "20 00 0000")).isEqualTo(new ProxyHeaderReader.Header(16, null));
        assertThat(readHex(SIGNATURE + "20 11 000c cb007107 c6336401 c822 01bb"))
                .isEqualTo(new ProxyHeaderReader.Header(28, null));
        assertThat(readHex(SIGNATURE + "21 00 0003 aabbcc")).isEqualTo(new ProxyHeaderReader.Header(19, null));
        assertThat(readHex(SIGNATURE + "21 31 00d8" + "00".repeat(216)))
                .isEqualTo(new ProxyHeaderReader.Header(232, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c cb007107 c6336401 c822 01bb", // version 1 in the form of version 2
                "22 11 000c cb007107 c6336401 c822 01bb", // no such command
                "21 12 000c cb007107 c6336401 c822 01bb", // datagrams
                "21 41 000c cb007107 c6336401 c822 01bb", // no such family
                "21 10 000c cb007107 c6336401 c822 01bb", // a family without a transport
                "21 11 000b cb007107 c6336401 c822 01", // too short
                "21 21 000c cb007107 c6336401 c822 01bb", // too short
                "21 11 000e cb007107 c6336401 c822 01bb 0400", // half a TLV
                "21 11 0010 cb007107 c6336401 c822 01bb 04 0002 00", // a TLV that is longer than the header
                "21 11 0013 cb007107 c6336401 c822 01bb 03 0004 00000000", // wrong checksum
                "21 11 0010 cb007107 c6336401 c822 01bb 03 0001 00", // a checksum of one byte
                "21 11 0ff1", // too long
            })
    void version2ThatIsNone(String rest) {
        assertThat(readHex(SIGNATURE + rest)).isInstanceOf(ProxyHeaderReader.Invalid.class);
    }

    @Test
    void whatIsWrittenReadsBackWithItsChecksum() {
        for (String text : new String[] {
            "203.0.113.7 198.51.100.1 51234 443", "2001:db8::7 2001:db8::1 1 2", "203.0.113.7 2001:db8::1 1 2"
        }) {
            Flow flow = Flow.parse(text);
            byte[] v1 = taken(ProxyHeaderWriter.v1(flow));
            assertThat(read(v1)).isEqualTo(new ProxyHeaderReader.Header(v1.length, flow));
            byte[] v2 = taken(ProxyHeaderWriter.v2(flow, FACTS));
            assertThat(read(v2)).isEqualTo(new ProxyHeaderReader.Header(v2.length, flow));
            v2[20] ^= 1;
            assertThat(read(v2)).isInstanceOf(ProxyHeaderReader.Invalid.class);
        }
    }

    @Test
    void version2SaysWhoCalledAndWhichServerWasMeant() {
        String text = new String(
                taken(ProxyHeaderWriter.v2(Flow.parse("1.2.3.4 5.6.7.8 9 10"), FACTS)), StandardCharsets.ISO_8859_1);
        assertThat(text)
                .contains("\u0001\0\u0002h2")
                .contains("\u0002\0\u000cshop.example")
                .contains("\u00e0\0!spiffe://corp.example/site/a/shop")
                .contains("\u00e1\0\u0001a");
    }

    @Test
    void version2SaysWhichTlsWasEnded() {
        Flow flow = Flow.parse("1.2.3.4 5.6.7.8 9 10");
        ClientTls verified = new ClientTls(
                "TLSv1.3", "TLS_AES_128_GCM_SHA256", "EC256", "ecdsa-with-SHA256", Certificate.VERIFIED, "J\u00fcrgen");
        byte[] header = taken(ProxyHeaderWriter.v2(flow, with(verified)));
        assertThat(read(header)).isEqualTo(new ProxyHeaderReader.Header(header.length, flow));
        byte[] ssl = Tlvs.ofHeader(header).get(0x20);
        assertThat(ssl).startsWith(7, 0, 0, 0, 0);
        assertThat(Tlvs.ofSsl(ssl))
                .isEqualTo(Map.of(
                        0x21, "TLSv1.3",
                        0x22, "J\u00fcrgen",
                        0x23, "TLS_AES_128_GCM_SHA256",
                        0x24, "ecdsa-with-SHA256",
                        0x25, "EC256"));
        ClientTls bare = new ClientTls("TLSv1.2", "x", null, null, Certificate.NONE, null);
        ssl = Tlvs.ofHeader(taken(ProxyHeaderWriter.v2(flow, with(bare)))).get(0x20);
        assertThat(ssl).startsWith(1, 0, 0, 0, 1);
        assertThat(Tlvs.ofSsl(ssl)).isEqualTo(Map.of(0x21, "TLSv1.2", 0x23, "x"));
        ClientTls unverified = new ClientTls("TLSv1.2", "x", null, null, Certificate.UNVERIFIED, "anybody");
        ssl = Tlvs.ofHeader(taken(ProxyHeaderWriter.v2(flow, with(unverified)))).get(0x20);
        assertThat(ssl).startsWith(7, 0, 0, 0, 1);
        assertThat(Tlvs.ofSsl(ssl)).doesNotContainKey(0x22);
        assertThat(Tlvs.ofHeader(taken(ProxyHeaderWriter.v2(flow, FACTS)))).doesNotContainKey(0x20);
    }

    private static ProxyHeaderWriter.Facts with(ClientTls tls) {
        return new ProxyHeaderWriter.Facts(FACTS.caller(), FACTS.site(), FACTS.serverName(), null, tls);
    }

    @Test
    void aNodeSpeaksForItself() {
        assertThat(taken(ProxyHeaderWriter.v1(null)))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("PROXY UNKNOWN\r\n");
        byte[] local = taken(ProxyHeaderWriter.v2Local());
        assertThat(read(local)).isEqualTo(new ProxyHeaderReader.Header(local.length, null));
        byte[] open = taken(ProxyHeaderWriter.v2(null, FACTS));
        assertThat(read(open)).isEqualTo(new ProxyHeaderReader.Header(open.length, null));
    }

    @Property(tries = 300)
    void anyFlowTravels(
            @ForAll long high,
            @ForAll long low,
            @ForAll boolean v4,
            @ForAll @IntRange(max = 65535) int sourcePort,
            @ForAll @IntRange(max = 65535) int destinationPort) {
        IpAddress source = v4 ? IpAddress.v4((int) high) : new IpAddress(high, low);
        IpAddress destination = v4 ? IpAddress.v4((int) low) : new IpAddress(low, high);
        Flow flow = new Flow(source, sourcePort, destination, destinationPort);
        for (byte[] header :
                new byte[][] {taken(ProxyHeaderWriter.v1(flow)), taken(ProxyHeaderWriter.v2(flow, FACTS))}) {
            assertThat(read(header)).isEqualTo(new ProxyHeaderReader.Header(header.length, flow));
            for (int length = 0; length < header.length; length++) {
                assertThat(read(Arrays.copyOf(header, length))).isInstanceOf(ProxyHeaderReader.More.class);
            }
        }
    }

    @Property
    void noBytesFail(@ForAll byte[] tail, @ForAll boolean two) {
        byte[] start =
                two ? HexFormat.of().parseHex(SIGNATURE + "21") : "PROXY TCP".getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(start, start.length + tail.length);
        System.arraycopy(tail, 0, all, start.length, tail.length);
        ByteBuf in = Unpooled.wrappedBuffer(all);
        assertThat(ProxyHeaderReader.read(in)).isNotInstanceOf(ProxyHeaderReader.NoHeader.class);
        assertThat(in.readerIndex()).isZero();
    }

    private static byte[] taken(Chunk chunk) {
        byte[] bytes = chunk.toBytes();
        chunk.release();
        return bytes;
    }
}
