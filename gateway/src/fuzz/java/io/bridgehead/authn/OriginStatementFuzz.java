package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jwt.JWTClaimsSet;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;

/** What another gateway says of a caller is refused with a word, since no input has its signature; claims that are read write themselves again. */
final class OriginStatementFuzz {
    private static final SiteName HERE = new SiteName("here");
    private static final SpiffeId PEER = SpiffeId.parse("spiffe://corp.example/site/there/gateway/b");
    private static final long NOW = 1_800_000_000;

    private final OriginVerifier verifier = new OriginVerifier(HERE, SpeaksFor.OWN_AND_SITELESS);

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
