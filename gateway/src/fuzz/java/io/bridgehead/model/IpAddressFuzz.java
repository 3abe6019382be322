package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An address is read if its text is one, as what the platform reads there, and what it is written as is read as the same. */
final class IpAddressFuzz {
    private static final Pattern V4 = Pattern.compile("((0|[1-9][0-9]{0,2})(\\.(?!$)|$)){4}");
    private static final Pattern V6 = Pattern.compile(
            "(?!.*[0-9a-fA-F]{5})[0-9a-fA-F:]*:([0-9a-fA-F]*|(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3})");
    private static final int CHARACTERS_MAX = 45;

    @MethodSource("addresses")
    @FuzzTest(maxDuration = "3s")
    void isReadAsThePlatformReadsIt(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        IpAddress read = IpAddress.parse(text);
        if (read == null) {
            boolean mayBeOne = V4.matcher(text).matches() || V6.matcher(text).matches();
            assertThat(mayBeOne && text.length() <= CHARACTERS_MAX ? platform(text) : null)
                    .isNull();
            return;
        }
        InetAddress platform = platform(text);
        assertThat(platform == null ? null : IpAddress.of(platform.getAddress()))
                .isEqualTo(read);
        assertThat(IpAddress.parse(read.toString())).isEqualTo(read);
        assertThat(IpAddress.of(read.bytes())).isEqualTo(read);
        assertThat(IpAddress.of(read.bytes16())).isEqualTo(read);
        assertThat(new IpRanges(List.of(IpRanges.Range.of(read.bytes(), 8 * read.bytes().length)))
                        .contains(read))
                .isTrue();
        assertThat(read.owner().owner()).isEqualTo(read.owner());
    }

    private static @Nullable InetAddress platform(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static Stream<Arguments> addresses() {
        return Stream.of(
                        "203.0.113.7",
                        "255.255.255.255",
                        "::",
                        "2001:db8::7",
                        "1:2:3:4:5:6:7:8",
                        "::ffff:10.0.0.1",
                        "1:2:3:4:5:6:1.2.3.4",
                        "fe80::1%eth0",
                        "1::2::3",
                        "01.2.3.4",
                        "1:2:3:4::5:6:7:8")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
