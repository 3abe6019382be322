package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jwt.JWTClaimsSet;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** What another gateway says of a caller is refused with a word, since no input has its signature; claims that are read write themselves again. */
final class OriginStatementFuzz {
    private static final SiteName HERE = new SiteName("here");
    private static final SpiffeId PEER = SpiffeId.parse("spiffe://corp.example/site/there/gateway/b");
    private static final long NOW = 1_800_000_000;

    private final OriginVerifier verifier = new OriginVerifier(HERE, SpeaksFor.OWN_AND_SITELESS);

    static List<byte[]> cases() {
        SpiffeId caller = SpiffeId.parse("spiffe://corp.example/team/shop");
        OriginStatement good = TestOrigins.statement(PEER, caller, "orders", HERE, NOW);
        String signed = TestOrigins.text(TestOrigins.signed(good));
        String unsigned = signed.substring(0, signed.lastIndexOf('.') + 1);
        return List.of(
                bytes(unsigned),
                bytes(unsigned + "A".repeat(86)),
                bytes(unsigned.replace('.', ' ')),
                bytes(good.claims().toString()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @MethodSource("cases")
    @FuzzTest(maxDuration = "3s")
    void nothingWithoutTheSignatureIsTaken(byte[] input) {
        OriginVerdict verdict = verifier.judge(input, PEER, TestOrigins.keys(PEER), NOW, (statement, key) -> true);
        assertThat(verdict).isInstanceOf(OriginVerdict.Refused.class);
        readsBack(new String(input, StandardCharsets.UTF_8));
    }

    private static void readsBack(String json) {
        OriginStatement read;
        try {
            read = OriginStatement.of(JWTClaimsSet.parse(json));
        } catch (ParseException | RuntimeException e) {
            return; // the answer to what is none
        }
        try {
            assertThat(OriginStatement.of(JWTClaimsSet.parse(read.claims().toString()))).isEqualTo(read);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
