package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OriginIssuerTest {
    private static final SpiffeId SELF = TestAuthority.gateway("here", "a");
    private static final TestAuthority AUTHORITY = TestAuthority.root("issuer");

    private final TestClock clock = new TestClock();
    private final LiveTls tls = new LiveTls(AUTHORITY.material(SELF), TestAuthority.CLOCK);
    private final OriginIssuer issuer = new OriginIssuer(tls, clock, OriginObserver.NONE);

    private static OriginIssuer.Subject subject(String caller, String revision) {
        SpiffeId id = SpiffeId.parse("spiffe://acme.example/" + caller);
        return new OriginIssuer.Subject(id, "certificate", "orders", new SiteName("there"), revision);
    }

    private OriginIssuer.Issued issue(String caller) {
        return Objects.requireNonNull(issuer.issue(subject(caller, "7")));
    }

    @Test
    void oneSignatureServesForAFewSeconds() {
        OriginIssuer.Issued first = issue("a");
        clock.advance(OriginIssuer.REUSE_SECONDS - 1);
        assertThat(issuer.isFresh(first)).isTrue();
        assertThat(issue("a")).isSameAs(first);
        clock.advance(1);
        assertThat(issuer.isFresh(first)).isFalse();
        assertThat(issue("a")).isNotSameAs(first);
        assertThat(issue("b").text()).isNotEqualTo(issue("a").text());
    }

    @Test
    void manyCallersAreRenewedLater() {
        OriginIssuer.Issued first = issue("a");
        clock.advance(OriginIssuer.REUSE_SECONDS + 1);
        for (int i = 0; i < OriginIssuer.RENEWALS_PER_SECOND; i++) {
            assertThat(issue("new" + i)).isNotNull();
        }
        assertThat(issue("a")).isSameAs(first);
        clock.advance(1);
        assertThat(issue("a")).isNotSameAs(first);
    }

    @Test
    void anotherRevisionSignsNoMoreThanMayBeRenewedInASecond() {
        Set<OriginIssuer.Issued> sent = new HashSet<>();
        int callers = 3 * OriginIssuer.RENEWALS_PER_SECOND;
        for (int i = 0; i < callers; i++) {
            sent.add(issue("c" + i));
        }
        for (int second = 1; second <= 3; second++) {
            clock.advance(1);
            for (int i = 0; i < callers; i++) {
                sent.add(Objects.requireNonNull(issuer.issue(subject("c" + i, "8"))));
            }
            assertThat(sent).hasSize(callers + second * OriginIssuer.RENEWALS_PER_SECOND);
        }
        clock.advance(1);
        for (int i = 0; i < callers; i++) {
            sent.add(Objects.requireNonNull(issuer.issue(subject("c" + i, "8"))));
        }
        assertThat(sent).as("all are of the new one").hasSize(2 * callers);
    }

    @Test
    void newKeyMaterialSignsAtOnce() {
        OriginIssuer.Issued before = issue("a");
        tls.swap(AUTHORITY.material(SELF));
        assertThat(issuer.isFresh(before)).isFalse();
        OriginIssuer.Issued after = issue("a");
        assertThat(after).isNotSameAs(before);
        assertThat(issuer.isFresh(after)).isTrue();
    }
}
