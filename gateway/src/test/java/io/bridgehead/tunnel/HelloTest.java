package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final Hello HELLO = new Hello(1, 3, new NodeName("a1"), new SiteName("aws"), 4, 3, Purpose.REQUESTS);

    @Test
    void readsWhatItWrites() {
        assertThat(Hello.parse(HELLO.fields())).isEqualTo(HELLO);
        assertThat(Hello.isHello(HELLO.request("gw:15008"))).isTrue();
    }

    @Test
    void theFieldsStayWhatTheyAre() {
        Map<String, String> said = Map.of(
                "bridgehead-hello-versions", "1-3",
                "bridgehead-hello-node", "a1",
                "bridgehead-hello-site", "aws",
                "bridgehead-hello-loops", "4",
                "bridgehead-hello-loop", "3",
                "bridgehead-hello-purpose", "requests");
        Map<String, String> written = new HashMap<>();
        HeaderFields fields = HELLO.fields();
        for (int i = 0; i < fields.size(); i++) {
            written.put(fields.name(i), fields.value(i));
        }
        assertThat(written).isEqualTo(said);
        HeaderFields earlier = new HeaderFields();
        said.forEach((name, value) -> earlier.add(HeaderName.of(name), value));
        assertThat(Hello.parse(earlier)).isEqualTo(HELLO);
        assertThat(HELLO.request("gw:15008").path()).isEqualTo("/.bridgehead/hello");
        assertThat(HELLO.request("gw:15008").method()).isEqualTo("POST");
        assertThat(Purpose.values()).extracting(Purpose::text).containsExactly("control", "requests", "bytes");
    }

    @Test
    void saysWhichFieldIsWrong() {
        problem("bridgehead-hello-versions", "1", "<lowest>-<highest>");
        problem("bridgehead-hello-versions", "0-1", "from 1");
        problem("bridgehead-hello-versions", "9-1", "from 1");
        problem("bridgehead-hello-versions", "1-999999", "at most 5 digits");
        problem("bridgehead-hello-node", "Not_A_Label", "node name 'Not_A_Label'");
        problem("bridgehead-hello-node", "x".repeat(10_000), "node name '" + "x".repeat(80) + "...'");
        problem("bridgehead-hello-site", "", "site");
        problem("bridgehead-hello-loops", "0", "1 to 1024");
        problem("bridgehead-hello-loops", "many", "'many'");
        problem("bridgehead-hello-purpose", "fun", "control, requests or bytes");
    }

    @Test
    void saysWhichFieldIsMissing() {
        HeaderFields fields = HELLO.fields();
        fields.removeAll(HeaderName.of("bridgehead-hello-node"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hello.parse(fields))
                .withMessageContaining("'bridgehead-hello-node' is missing");
    }

    private static void problem(String field, String value, String message) {
        HeaderFields fields = HELLO.fields();
        fields.set(HeaderName.of(field), value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hello.parse(fields))
                .withMessageContaining(message);
    }

    @Test
    void versionsMustOverlap() {
        Hello newer = new Hello(3, 5, HELLO.node(), HELLO.site(), 1, 0, Purpose.CONTROL);
        Hello newest = new Hello(4, 5, HELLO.node(), HELLO.site(), 1, 0, Purpose.CONTROL);
        assertThat(HELLO.versionProblem(newer)).isNull();
        assertThat(HELLO.versionProblem(newest)).contains("4-5").contains("1-3");
        assertThat(newest.versionProblem(HELLO)).contains("upgrade");
    }

    @Test
    void claimAndCertificateMustNameTheSame() {
        TrustDomain domain = new TrustDomain("corp.example");
        assertThat(Identities.problem(HELLO, SpiffeId.gateway(domain, HELLO.site(), HELLO.node())))
                .isNull();
        assertThat(Identities.problem(HELLO, SpiffeId.gateway(domain, new SiteName("gcp"), HELLO.node())))
                .contains("site 'aws'")
                .contains("spiffe://corp.example/site/gcp/gateway/a1");
        assertThat(Identities.problem(HELLO, SpiffeId.gateway(domain, HELLO.site(), new NodeName("a2"))))
                .contains("node 'a1'");
    }
}
