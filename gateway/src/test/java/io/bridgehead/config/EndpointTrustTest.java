package io.bridgehead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTrustTest {
    private static final InetAddress OWN = AddressRange.address("10.0.0.9");
    private static final EndpointTrust ANYWHERE = new EndpointTrust(List.of(), false, Set.of(OWN), Set.of(15008));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "169.254.169.254",
                "169.254.1.1",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "255.255.255.255"
            })
    void refusesWhatIsNeverAnEndpoint(String address) {
        assertThat(ANYWHERE.refusal(AddressRange.address(address), 80)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.1.1", "203.0.113.7", "fd00::7", "2001:db8::7"})
    void letsOthersBe(String address) {
        assertThat(ANYWHERE.refusal(AddressRange.address(address), 80)).isNull();
    }

    @Test
    void ownPortsAreRefusedOwnAddressesAreNot() {
        assertThat(ANYWHERE.refusal(OWN, 15008)).isEqualTo("a port of this node itself");
        assertThat(ANYWHERE.refusal(OWN, 80)).isNull();
        assertThat(ANYWHERE.listening(Set.of(80)).refusal(OWN, 80)).isEqualTo("a port of this node itself");
        assertThat(ANYWHERE.listening(Set.of(80)).refusal(OWN, 15008)).isEqualTo("a port of this node itself");
    }

    @Test
    void ownPortsAreRefusedOnAdvertisedAndOnNewAddressesToo() {
        InetAddress advertised = AddressRange.address("203.0.113.7");
        EndpointTrust trust = new EndpointTrust(List.of(), false, Set.of(OWN), Set.of(advertised), Set.of(15008));
        assertThat(trust.refusal(advertised, 15008)).isEqualTo("a port of this node itself");
        InetAddress later = AddressRange.address("10.0.0.77");
        assertThat(trust.refusal(later, 15008)).isNull();
        assertThat(trust.at(Set.of(OWN, later)).refusal(later, 15008)).isEqualTo("a port of this node itself");
        assertThat(trust.at(Set.of(later)).refusal(advertised, 15008)).isNotNull();
    }

    @Test
    void rangesNarrowAndUnsafeOpens() {
        EndpointTrust narrow = new EndpointTrust(List.of(AddressRange.parse("10.0.0.0/8")), false, Set.of(), Set.of());
        assertThat(narrow.refusal(AddressRange.address("10.255.0.1"), 80)).isNull();
        assertThat(narrow.refusal(AddressRange.address("11.0.0.1"), 80))
                .isEqualTo("an address outside trust.endpoints");
        EndpointTrust open = new EndpointTrust(List.of(), true, Set.of(), Set.of());
        assertThat(open.refusal(AddressRange.address("127.0.0.1"), 80)).isNull();
        assertThat(open.refusal(AddressRange.address("0.0.0.0"), 80)).isNotNull();
    }

    @Test
    void rangesCompareBits() {
        AddressRange range = AddressRange.parse("172.16.0.0/12");
        assertThat(range.contains(AddressRange.address("172.31.255.255"))).isTrue();
        assertThat(range.contains(AddressRange.address("172.32.0.0"))).isFalse();
        assertThat(range.contains(AddressRange.address("fd00::1"))).isFalse();
        assertThat(AddressRange.parse("0.0.0.0/0").contains(AddressRange.address("8.8.8.8")))
                .isTrue();
        assertThat(AddressRange.parse("10.1.2.3")).hasToString("10.1.2.3/32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1", "010.0.0.1", "1.2.3.4.5", "0x7f.0.0.1", "localhost", "fe80::1%eth0", "[::1]", ""})
    void addressesHaveOneFormOnly(String text) {
        assertThatThrownBy(() -> AddressRange.address(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
