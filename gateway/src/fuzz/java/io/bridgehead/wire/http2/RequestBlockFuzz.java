package io.bridgehead.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A request's field block is refused, or is a head that can be written to an HTTP/1.1 endpoint without saying anything else there. */
final class RequestBlockFuzz {
    @MethodSource("blocks")
    @FuzzTest(maxDuration = "3s")
    void isRefusedOrHarmless(byte[] block) {
        IncomingHeaders headers;
        try {
            headers = (IncomingHeaders)
                    new BlockDecoder(WireLimits.edge(), true).decodeHeaders(1, Unpooled.wrappedBuffer(block));
        } catch (Http2Exception e) {
            return;
        }
        RequestRules rules = new RequestRules(WireLimits.edge(), "https");
        RequestHead head = rules.read(headers);
        if (head == null) {
            assertThat(rules.fault().detail()).isNotEmpty();
            return;
        }
        harmless(head.method());
        harmless(head.authority());
        harmless(head.path());
        assertThat(head.method() + head.path()).doesNotContain(" ");
        HeaderFields fields = head.fields();
        for (int i = 0; i < fields.size(); i++) {
            harmless(fields.name(i));
            harmless(fields.value(i));
            assertThat(fields.name(i)).isNotEmpty().doesNotContain(":", " ").isNotIn("transfer-encoding", "connection");
        }
    }

    private static void harmless(String text) {
        assertThat(text.chars()).noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    }

    static Stream<Arguments> blocks() {
        return Stream.of(
                        "8286840f2b40410f7777772e6578616d706c652e636f6d",
                        "82878441 0f7777772e6578616d706c652e636f6d",
                        "8387 44 042f612f62 41 0f7777772e6578616d706c652e636f6d 0f0d 0131 4003616263036465 66",
                        "82878441 03612e62 0004686f737403612e62 0002746508747261696c657273",
                        "0207434f4e4e454354 01 05613a343433")
                .map(hex -> HexFormat.of().parseHex(hex.replace(" ", "")))
                .map(bytes -> Arguments.of((Object) bytes));
    }
}
