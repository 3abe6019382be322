package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundleDocumentTest {
    private static final X509Certificate ROOT = TestAuthority.root("root").certificate();

    /** A certificate with a name in a form that the platform reads and the library does not. */
    static final String ODD =
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"TXWBIcSfxg_hpwIHjTArg_loNTRiapfcTlZoiFcwQUQ\",\"y\":\""
                    + "0AFte4kgwZW7c2-cRI6qRszRv5JxRQXtNcDttLAYzjs\",\"use\":\"x509-svid\",\"x5c\":[\"MIIBLTCB1KADAgECAgE"
                    + "CMAoGCCqGSM49BAMCMA4xDDAKBgNVBAMPA29uZTAeFw0yNjExMjExMjAwMDBaFw0zNjExMTkxMjAwMDBaMA4xDDAKB"
                    + "gNVBAMTA29uZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE11gSHEn8YP4acCB40wK4P5aDU0YmqX3E5WaIhXMEF"
                    + "E0AFte4kgwZW7c2+cRI6qRszRv5JxRQXtNcDttLAYzjujIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDA"
                    + "gEGMAoGCCqGSM49BAMCA0gAMEUCIQC9B+E3qTcB/bbcvNFcm3L0LVnrJ8cPS9ctLPsUVUuP3QIgTG4ha/T0GSclYXP"
                    + "zJOhSQc+agR1+sysUqxOxjw+jyVQ=\"]}]}";

    private static BundleDocument parse(String json) {
        return BundleDocument.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String written() {
        return new String(
                new BundleDocument(List.of(ROOT), 7L, Duration.ofMinutes(2)).toJson(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsWrittenIsReadTheSame() {
        BundleDocument document =
                new BundleDocument(List.of(ROOT, TestAuthority.root("next").certificate()), 7L, Duration.ofMinutes(2));
        assertThat(BundleDocument.parse(document.toJson())).isEqualTo(document);
        assertThat(written())
                .contains(
                        "\"use\":\"x509-svid\"",
                        "\"kty\":\"EC\"",
                        "\"spiffe_refresh_hint\":120",
                        "\"spiffe_sequence\":7")
                .doesNotContain("kid");
    }

    @Test
    void whatTheLibraryCannotReadAgainIsHeldByNoDocument() {
        BundleDocument odd = parse(ODD);
        assertThat(odd.anchors()).hasSize(1);
        assertThat(BundleDocument.canHold(odd.anchors().getFirst())).isFalse();
        assertThat(BundleDocument.canHold(ROOT)).isTrue();
        assertThatThrownBy(odd::toJson)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a key that no JWK can hold");
    }

    @Test
    void withoutKeysNobodyIsTrusted() {
        assertThat(parse("{\"keys\":[]}")).isEqualTo(new BundleDocument(List.of(), null, null));
    }

    @Test
    void keysOfOtherTypesAndUsesArePassedOver() {
        String others =
                "{\"kty\":\"EC\",\"use\":\"jwt-svid\",\"kid\":\"a\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},"
                        + "{\"kty\":\"NEW\",\"use\":\"x509-svid\"},{\"kty\":\"EC\"},{\"kty\":\"EC\",\"use\":\"X509-SVID\"},";
        assertThat(parse(written().replace("\"keys\":[", "\"keys\":[" + others)).anchors())
                .containsExactly(ROOT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[1]}",
                "{\"keys\":[{\"kty\":\"EC\",\"use\":\"x509-svid\"}]}",
                "{\"keys\":[],\"spiffe_sequence\":\"1\"}",
                "{\"keys\":[],\"spiffe_sequence\":-1}",
                "{\"keys\":[],\"spiffe_sequence\":1.5}",
                "{\"keys\":[],\"spiffe_refresh_hint\":true}",
                "{\"keys\":["
            })
    void whatIsNoBundleIsRefused(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void aLeafAForeignKeyAndTwoCertificatesAreNoAuthority() throws Exception {
        X509Certificate leaf = TestAuthority.root("root")
                .chain(TestAuthority.Svid.of("spiffe://acme.example/a"))
                .getFirst();
        String root = Base64.getEncoder().encodeToString(ROOT.getEncoded());
        String other = Base64.getEncoder().encodeToString(leaf.getEncoded());
        assertThatThrownBy(() ->
                        parse(written().replace(root.replace("/", "\\/"), other).replace(root, other)))
                .hasMessageContaining("keys[0]");
        assertThatThrownBy(() -> parse(
                        new String(new BundleDocument(List.of(leaf), null, null).toJson(), StandardCharsets.UTF_8)))
                .hasMessageContaining("is no certificate authority");
        String twice = written().replace("\"x5c\":[", "\"x5c\":[\"" + root + "\",");
        assertThatThrownBy(() -> parse(twice)).hasMessageContaining("found 2 certificates in x5c; expected one");
    }
}
