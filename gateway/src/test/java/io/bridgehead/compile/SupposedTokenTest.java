package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Subjects of JWT-SVIDs are known as listeners know them. */
final class SupposedTokenTest {
    private static final TrustDomain PARTNER = new TrustDomain("partner.example");
    private static final List<SupposedToken.Issuer> SPIRE =
            List.of(new SupposedToken.Issuer("spiffe://partner.example", PARTNER, null));

    private final SiteName site = new SiteName("aws");
    private final Caller nobody = new Caller(
            SpiffeId.unauthenticated(new TrustDomain("corp.example"), site), Caller.Proof.LISTENER, site, "10.1.2.3");

    @Test
    void aSubjectThatIsNoSpiffeIdIsOfNoTrustDomain() {
        assertThat(SupposedToken.caller(SPIRE, Map.of("sub", "spiffe://partner.example/web"), nobody))
                .isNotEqualTo(nobody);
        for (String subject : List.of("spiffe://partner.example/a b", "spiffe://partner.example/", "web")) {
            assertThatThrownBy(() -> SupposedToken.caller(SPIRE, Map.of("sub", subject), nobody))
                    .as(subject)
                    .hasMessageContaining("expected one of those that the listener takes");
        }
    }
}
