package io.bridgehead.wire.preface;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.wire.preface.ClientHelloReader.Flaw;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ClientHellos of a real client and bent ones. */
final class ClientHelloTest {
    private static ClientHelloReader.Result read(byte[] bytes) {
        return new ClientHelloReader().read(Unpooled.wrappedBuffer(bytes));
    }

    private static ClientHello hello(byte[] bytes) {
        assertThat(read(bytes)).isInstanceOf(ClientHelloReader.Hello.class);
        return ((ClientHelloReader.Hello) read(bytes)).hello();
    }

    private static void assertWrong(byte[] bytes, Flaw flaw) {
        assertThat(read(bytes))
                .isInstanceOfSatisfying(
                        ClientHelloReader.Wrong.class,
                        wrong -> assertThat(wrong.flaw()).isEqualTo(flaw));
    }

    @Test
    void aRealClientsNameAndProtocols() {
        assertThat(hello(Hellos.of("shop.example", "h2", "http/1.1")))
                .isEqualTo(new ClientHello("shop.example", List.of("h2", "http/1.1")));
        assertThat(hello(Hellos.of(null))).isEqualTo(new ClientHello(null, List.of()));
    }

    @Property(tries = 60)
    void howItIsCutIntoRecordsAndSegmentsIsAllTheSame(
            @ForAll @IntRange(min = 1, max = 700) int record, @ForAll @IntRange(min = 1, max = 90) int segment) {
        byte[] bytes = Hellos.inRecords(Hellos.of("a.b.example", "h2"), record);
        ClientHelloReader reader = new ClientHelloReader();
        ByteBuf held = Unpooled.buffer();
        for (int at = 0; at < bytes.length; at += segment) {
            held.writeBytes(bytes, at, Math.min(segment, bytes.length - at));
            ClientHelloReader.Result result = reader.read(held);
            boolean whole = held.readableBytes() == bytes.length;
            assertThat(result).isInstanceOf(whole ? ClientHelloReader.Hello.class : ClientHelloReader.More.class);
            assertThat(held.readerIndex()).isZero();
        }
    }

    @Test
    void whatFollowsIsNotLookedAt() {
        byte[] first = Hellos.of("shop.example");
        byte[] more = Arrays.copyOf(first, first.length + 100);
        assertThat(hello(more).serverName()).isEqualTo("shop.example");
    }

    @Property(tries = 400)
    void aBentByteNeverFailsTheReader(@ForAll @IntRange(min = 5, max = 250) int at, @ForAll byte value) {
        byte[] bytes = Hellos.of("shop.example", "h2");
        bytes[at] = value;
        assertThat(read(bytes)).isNotNull();
    }

    @Property(tries = 200)
    void noBytesFail(@ForAll byte[] tail) {
        byte[] bytes = new byte[9 + tail.length];
        System.arraycopy(
                new byte[] {22, 3, 1, 0, (byte) (4 + tail.length), 1, 0, 0, (byte) tail.length}, 0, bytes, 0, 9);
        System.arraycopy(tail, 0, bytes, 9, tail.length);
        assertThat(read(bytes)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
                "SSH-2.0-x",
                "\u0016\u0002",
                "\u0080.\u0001"
            })
    void otherProtocolsAreToldByTheirFirstBytes(String text) {
        assertWrong(text.getBytes(StandardCharsets.ISO_8859_1), Flaw.NOT_TLS);
    }

    @Test
    void brokenMessages() {
        assertWrong(new byte[] {22, 3, 1, 0, 0}, Flaw.MALFORMED);
        assertWrong(new byte[] {22, 3, 1, 0x40, 1}, Flaw.MALFORMED);
        assertWrong(new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0}, Flaw.MALFORMED);
        assertWrong(new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0}, Flaw.MALFORMED);
        byte[] longer = Hellos.of("shop.example");
        longer[8]--;
        assertWrong(longer, Flaw.MALFORMED);
        byte[] twice = Hellos.of("shop.example");
        byte[] interleaved = Arrays.copyOf(Hellos.inRecords(twice, 40), 45 + 7);
        System.arraycopy(new byte[] {21, 3, 3, 0, 2, 1, 0}, 0, interleaved, 45, 7);
        assertWrong(interleaved, Flaw.NOT_TLS);
    }

    @Test
    void theLengthIsBounded() {
        assertWrong(new byte[] {22, 3, 1, 0, 4, 1, 0, 0x40, 0}, Flaw.TOO_LARGE);
        byte[] manyRecords = new byte[6 * 3000];
        for (int at = 0; at < manyRecords.length; at += 6) {
            System.arraycopy(new byte[] {22, 3, 1, 0, 1, 0}, 0, manyRecords, at, 6);
        }
        System.arraycopy(
                new byte[] {22, 3, 1, 0, 1, 1, 22, 3, 1, 0, 1, 0, 22, 3, 1, 0, 1, 0x30}, 0, manyRecords, 0, 18);
        assertWrong(manyRecords, Flaw.TOO_LARGE);
        assertWrong(new byte[] {22, 3, 1, 0x3f, (byte) 0xff, 1, 0, 0x3f, (byte) 0xf0}, Flaw.TOO_LARGE);
    }

    @Test
    void namesThatAreNone() {
        byte[] bytes = Hellos.of("shop.example");
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("shop.example");
        for (char c : new char[] {0, ' ', '/', ':', '*', '[', 0xe4}) {
            byte[] bent = bytes.clone();
            bent[at + 2] = (byte) c;
            assertWrong(bent, Flaw.MALFORMED);
        }
        byte[] kind = bytes.clone();
        kind[at - 3] = 1;
        assertThat(hello(kind).serverName()).isNull();
    }
}
