package io.bridgehead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.match.HostPattern;
import io.bridgehead.routing.GatewayPort.Certificate;
import io.bridgehead.routing.GatewayPort.Kind;
import io.bridgehead.routing.GatewayPort.TlsListener;
import io.bridgehead.routing.GatewayPort.TlsMode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GatewayPortTest {
    @Test
    void namesTellPortsApartAndAreNoNamesOfConfiguredListeners() {
        assertThat(GatewayPort.nameOf("0.0.0.0", 53, Kind.UDP)).isEqualTo("gateway:udp:53");
        assertThat(GatewayPort.nameOf("0.0.0.0", 53, Kind.TCP)).isEqualTo("gateway:53");
        assertThat(GatewayPort.nameOf("10.0.0.7", 443, Kind.TLS)).isEqualTo("gateway:10.0.0.7:443");
    }

    @Test
    void oneHostNameBelongsToOneListener() {
        TlsListener one = new TlsListener("one", HostPattern.parse("shop.example"), TlsMode.HTTPS, List.of());
        TlsListener two = new TlsListener("two", HostPattern.parse("shop.example"), TlsMode.PASSTHROUGH, List.of());
        assertThatThrownBy(() ->
                        new GatewayPort("gateway:443", "0.0.0.0", 443, Kind.TLS, List.of(one, two), null, Set.of()))
                .hasMessageContaining("two: host name 'shop.example' a second time");
    }

    @Test
    void keysAreNotPrinted() {
        assertThat(new Certificate("Secret edge/shop", "public", "private").toString())
                .hasToString("Secret edge/shop, key ***");
    }
}
