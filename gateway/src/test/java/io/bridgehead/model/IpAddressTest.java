package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses read from text and written to it. */
final class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, 1.2.3.4",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "::, ::",
        "::1, ::1",
        "2001:DB8::1, 2001:db8::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1::, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::ffff:10.0.0.1, 10.0.0.1",
        "::ffff:a00:1, 10.0.0.1",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304",
    })
    void whatIsReadIsWrittenInOneForm(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1..2.3",
                "1.2.3.+4",
                "0x1.2.3.4",
                "1.2.3.4:80",
                "[::1]",
                "::1%eth0",
                ":::",
                "1:::2",
                "1::1::2",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                ":1",
                "1:",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "g::",
                "1.2.3.4::",
                "::1.2.3",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::\u0661"
            })
    void anythingElseIsNone(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @Property
    void textOfAnyAddressReadsBack(@ForAll long high, @ForAll long low) {
        IpAddress address = new IpAddress(high, low);
        assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
        assertThat(IpAddress.of(address.bytes16())).isEqualTo(address);
    }

    @Property
    void theLibraryAgrees(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
        String text = InetAddress.getByAddress(bytes).getHostAddress();
        assertThat(IpAddress.parse(text)).isEqualTo(IpAddress.of(bytes));
    }

    @Property
    void noTextFails(@ForAll String text) {
        IpAddress read = IpAddress.parse(text);
        assertThat(read == null || IpAddress.of(read.bytes()).equals(read)).isTrue();
    }

    @Test
    void anOwnerIsAnAddressOrSixtyFourBitsOfOne() {
        assertThat(address("10.0.0.1").owner()).hasToString("10.0.0.1");
        assertThat(address("2001:db8:1:2:3:4:5:6").owner()).hasToString("2001:db8:1:2::");
    }

    @Test
    void rangesHoldTheirOwnFamilyOnly() {
        IpRanges ranges = new IpRanges(List.of(range("10.0.0.0", 8), range("2001:db8::", 33)));
        assertThat(ranges.contains(address("10.255.0.1"))).isTrue();
        assertThat(ranges.contains(address("::ffff:10.1.1.1"))).isTrue();
        assertThat(ranges.contains(address("11.0.0.1"))).isFalse();
        assertThat(ranges.contains(address("2001:db8:7fff::1"))).isTrue();
        assertThat(ranges.contains(address("2001:db8:8000::1"))).isFalse();
        IpRanges odd = new IpRanges(List.of(range("2001:db8::", 65)));
        assertThat(odd.contains(address("2001:db8::7fff:0:0:0"))).isTrue();
        assertThat(odd.contains(address("2001:db8::8000:0:0:0"))).isFalse();
        IpRanges all = new IpRanges(List.of(range("0.0.0.0", 0)));
        assertThat(all.contains(address("9.9.9.9"))).isTrue();
        assertThat(all.contains(address("2001:db8::1"))).isFalse();
        assertThat(new IpRanges(List.of(range("::", 0))).contains(address("9.9.9.9")))
                .isFalse();
        assertThat(IpRanges.NONE.contains(address("10.0.0.1"))).isFalse();
    }

    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    private static IpRanges.Range range(String base, int prefix) {
        return IpRanges.Range.of(address(base).bytes(), prefix);
    }
}
