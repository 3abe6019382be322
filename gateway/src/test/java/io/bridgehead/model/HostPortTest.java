package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places on the network as people read them. */
final class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:80",
        "0.0.0.0, 0.0.0.0:80",
        "::, [::]:80",
        "2001:db8:0:0:0:0:0:1, [2001:db8::1]:80",
        "::ffff:10.0.0.1, 10.0.0.1:80",
    })
    void theAddressOfASocketIsWrittenWithoutASlash(String host, String text) throws UnknownHostException {
        assertThat(HostPort.textOf(new InetSocketAddress(InetAddress.getByName(host), 80)))
                .isEqualTo(text);
    }

    @Test
    void whatASocketWithoutAnAddressIsCalledHoldsNoSlashEither() {
        assertThat(HostPort.textOf(null)).isEqualTo("unknown");
        assertThat(HostPort.textOf(UnixDomainSocketAddress.of("admin.sock"))).isEqualTo("admin.sock");
    }
}
