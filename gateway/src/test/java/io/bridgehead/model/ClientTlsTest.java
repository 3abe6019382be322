package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.ClientTls.Certificate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes tell each other of the TLS that one of them has ended. */
final class ClientTlsTest {
    private static ClientTls named(Certificate certificate, String name) {
        return new ClientTls("TLSv1.3", "TLS_AES_128_GCM_SHA256", "RSA2048", "RSA-SHA256", certificate, name);
    }

    @Test
    void itHasOneForm() {
        ClientTls tls = named(Certificate.VERIFIED, "Till 7, Gr\u00fcn");
        assertThat(tls)
                .hasToString("TLSv1.3 TLS_AES_128_GCM_SHA256 RSA2048 RSA-SHA256 verified Till%207%2c%20Gr%c3%bcn");
        assertThat(ClientTls.parse(tls.toString())).isEqualTo(tls);
        ClientTls bare = new ClientTls("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", null, null, Certificate.NONE, null);
        assertThat(bare).hasToString("TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 - - none -");
        assertThat(ClientTls.parse(bare.toString())).isEqualTo(bare);
    }

    @Property
    void anyNameTravelsOrIsLeftOut(@ForAll String name) {
        ClientTls tls = named(Certificate.VERIFIED, name);
        ClientTls read = ClientTls.parse(tls.toString());
        // a lone surrogate is no character: it travels as a question mark
        assertThat(read).hasToString(tls.toString());
        assertThat(tls.toString()).matches("[!-~]+( [!-~]+){5}");
    }

    @Test
    void aNameThatIsNotProvenOrNotPlainIsLeftOut() {
        assertThat(named(Certificate.UNVERIFIED, "till").commonName()).isNull();
        assertThat(named(Certificate.NONE, "till").commonName()).isNull();
        assertThat(named(Certificate.VERIFIED, "admin\0.evil").commonName()).isNull();
        assertThat(named(Certificate.VERIFIED, "a\r\nb").commonName()).isNull();
        assertThat(named(Certificate.VERIFIED, "").commonName()).isNull();
        assertThat(named(Certificate.VERIFIED, "x".repeat(255)).commonName()).hasSize(255);
        assertThat(named(Certificate.VERIFIED, "\u00fc".repeat(128)).commonName())
                .isNull();
        assertThat(named(Certificate.VERIFIED, "-").commonName()).isEqualTo("-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TLSv1.3",
                "TLSv1.3 X - - none",
                "TLSv1.3 X - - none - -",
                "TLSv1.3  X - - none -",
                "- X - - none -",
                "TLSv1.3 - - - none -",
                "TLSv1.3 X - - perhaps -",
                "TLSv1.3 X/Y - - none -",
                "TLSv1.3 X - - verified a%2",
                "TLSv1.3 X - - verified a%zz",
                "TLSv1.3 X - - verified a%ff",
                "TLSv1.3 X - - verified a,b",
                "TLSv1.3 X - - verified ",
            })
    void whatCannotBeReadCountsAsNotSaid(String text) {
        assertThat(ClientTls.parse(text)).isNull();
    }

    @Test
    void whatIsTooLongCountsAsNotSaid() {
        assertThat(ClientTls.parse("TLSv1.3 " + "X".repeat(65) + " - - none -")).isNull();
        assertThat(ClientTls.parse("TLSv1.3 X - - verified " + "a".repeat(766))).isNull();
        assertThat(ClientTls.parse("TLSv1.3 X - - verified " + "a".repeat(256)))
                .extracting(ClientTls::commonName)
                .isNull();
        assertThat(ClientTls.parse("TLSv1.3 X - - verified admin%00"))
                .extracting(ClientTls::commonName)
                .isNull();
    }
}
