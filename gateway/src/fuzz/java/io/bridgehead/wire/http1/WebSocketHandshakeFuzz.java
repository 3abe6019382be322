package io.bridgehead.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A key is taken if it has the form of one, and only then; a list names the protocol if an element is its name, and only then. */
final class WebSocketHandshakeFuzz {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");
    private static final Pattern ACCEPT = Pattern.compile("[A-Za-z0-9+/]{27}=");

    @MethodSource("values")
    @FuzzTest(maxDuration = "3s")
    void isTakenIfItIsOne(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(WebSocketHandshake.isKey(text)).isEqualTo(KEY.matcher(text).matches());
        assertThat(WebSocketHandshake.accept(text)).matches(ACCEPT);
        assertThat(WebSocketHandshake.accept(text)).isNotEqualTo(WebSocketHandshake.accept(text + "A"));
        boolean named = Stream.of(text.split(",", -1))
                .map(element -> element.replaceAll("^[ \t]+|[ \t]+$", "").toLowerCase(Locale.ROOT))
                .anyMatch("websocket"::equals);
        assertThat(WebSocketHandshake.isNamed(bytes, 0, bytes.length)).isEqualTo(named);
        byte[] between = (",websocket," + text + ",websocket").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(WebSocketHandshake.isNamed(between, 11, 11 + bytes.length))
                .as("nothing beside the value is looked at")
                .isEqualTo(named);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                        "dGhlIHNhbXBsZSBub25jZQ==",
                        "AAAAAAAAAAAAAAAAAAAAAB==",
                        "AAAAAAAAAAAAAAAAAAAAAAA=",
                        "AAAAAAAAAAAAAAAAAAAAAAAA",
                        "dGhlIHNhbXBsZSBub25jZQ= ",
                        "websocket",
                        "h2c, WebSocket\t",
                        "foo , websocket/13,\tWEBSOCKET")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
