package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer says in its hello is refused with a short word why, or says the same when it is said again. */
final class HelloFuzz {
    private static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    private static final String PREFIX = "bridgehead-hello-";
    private static final int WORD_MAX = 300;

    @MethodSource("hellos")
    @FuzzTest(maxDuration = "3s")
    void isRefusedOrMeansOneThing(byte[] bytes) {
        HeaderFields fields = new HeaderFields();
        for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            int space = line.indexOf(' ');
            if (space >= 0) {
                fields.add(PREFIX + line.substring(0, space), line.substring(space + 1));
            }
        }
        Hello hello;
        try {
            hello = Hello.parse(fields);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty().hasSizeLessThan(WORD_MAX);
            return;
        }
        assertThat(Hello.parse(hello.fields())).isEqualTo(hello);
        assertThat(hello.versionMin()).isBetween(1, hello.versionMax());
        assertThat(hello.loops()).isBetween(1, 1024);
        assertThat(hello.loop()).isBetween(0, hello.loops() - 1);
        assertThat(hello.versionProblem(hello)).isNull();
        assertThat(Identities.problem(hello, SpiffeId.gateway(DOMAIN, hello.site(), hello.node())))
                .isNull();
        assertThat(Identities.problem(
                        hello, SpiffeId.gateway(DOMAIN, hello.site(), new NodeName("x-" + hello.loops()))))
                .matches(problem -> problem != null || hello.node().value().equals("x-" + hello.loops()));
    }

    static Stream<Arguments> hellos() {
        return Stream.of(
                        text(new Hello(1, 3, new NodeName("a1"), new SiteName("aws"), 4, 2, Purpose.REQUESTS)),
                        text(new Hello(1, 1, new NodeName("gw-2"), new SiteName("azure"), 1024, 0, Purpose.CONTROL)),
                        "versions 1-2-3\nnode a1\nsite aws\nloops 1\nloop 0\npurpose bytes",
                        "versions 1-1\nnode A_1\nsite aws\nloops 01\nloop 1\npurpose bytes")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String text(Hello hello) {
        return hello.fields().toString().replace(PREFIX, "").replace(": ", " ");
    }
}
