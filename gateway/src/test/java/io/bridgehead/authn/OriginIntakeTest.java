package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class OriginIntakeTest {
    private static final SiteName HERE = new SiteName("here");
    private static final SpiffeId PEER = TestAuthority.gateway("there", "b");
    private static final SpiffeId OTHER = TestAuthority.gateway("there", "c");
    private static final SpiffeId CALLER = SpiffeId.parse("spiffe://acme.example/team/shop");

    private static final SpiffeId OTHER_CALLER = SpiffeId.parse("spiffe://acme.example/team/bank");

    private final TestClock clock = new TestClock();
    private final List<OriginFault> faults = new ArrayList<>();
    private final List<Long> apart = new ArrayList<>();
    private final OriginIntake intake = new OriginIntake(HERE, SpeaksFor.OWN_AND_SITELESS, clock, new OriginObserver() {
        @Override
        public void originRefused(SpiffeId peer, OriginFault fault, String detail) {
            faults.add(fault);
        }

        @Override
        public void clockApart(SpiffeId peer, long aheadSeconds) {
            apart.add(aheadSeconds);
        }
    });
    private final OriginIntake.Peer peer = intake.from(PEER, TestOrigins.keys(PEER));

    private OriginStatement issued(long agoSeconds) {
        return TestOrigins.statement(PEER, CALLER, "orders", HERE, clock.epochSeconds() - agoSeconds);
    }

    private static OriginVerdict take(OriginIntake.Peer from, OriginStatement statement) {
        return from.take(TestOrigins.signed(statement));
    }

    @Test
    void whatWasFoundGoodIsKnownUntilItsTimeIsOver() {
        byte[] text = TestOrigins.signed(issued(0));
        assertThat(peer.take(text)).isInstanceOf(OriginVerdict.Good.class);
        assertThat(peer.last()).isEqualTo(issued(0));
        OriginIntake.Peer later = intake.from(PEER, new PeerKeys(TestOrigins.TRUSTED));
        assertThat(later.take(text.clone())).as("no key is needed again").isInstanceOf(OriginVerdict.Good.class);
        clock.advance(91);
        assertThat(peer.last()).isNull();
        assertThat(peer.take(text)).isInstanceOf(OriginVerdict.Refused.class);
        assertThat(faults).containsExactly(OriginFault.EXPIRED);
    }

    @Test
    void aKnownStatementIsNotTakenFromAnotherNode() {
        byte[] text = TestOrigins.signed(issued(0));
        assertThat(peer.take(text)).isInstanceOf(OriginVerdict.Good.class);
        assertThat(intake.from(OTHER, TestOrigins.keys(OTHER)).take(text)).isInstanceOf(OriginVerdict.Refused.class);
        PeerKeys both = TestOrigins.keys(OTHER);
        both.add(TestOrigins.material(PEER).chain(), 0);
        assertThat(intake.from(OTHER, both).take(text)).isInstanceOf(OriginVerdict.Refused.class);
        assertThat(faults).containsExactly(OriginFault.KEY_UNKNOWN, OriginFault.ISSUER);
    }

    @Test
    void whoForgesIsNotLookedAtForLong() {
        String good = TestOrigins.text(TestOrigins.signed(issued(0)));
        String signed = good.substring(0, good.lastIndexOf('.') + 1);
        for (int i = 0; i <= OriginIntake.FORGED_BURST; i++) {
            byte[] forged = (signed + "A".repeat(86)).getBytes(StandardCharsets.US_ASCII);
            assertThat(peer.take(forged)).isInstanceOf(OriginVerdict.Refused.class);
        }
        assertThat(faults).endsWith(OriginFault.SIGNATURE, OriginFault.TOO_MANY);
        assertThat(take(
                        intake.from(OTHER, TestOrigins.keys(OTHER)),
                        TestOrigins.statement(OTHER, CALLER, "orders", HERE, clock.epochSeconds())))
                .as("others are")
                .isInstanceOf(OriginVerdict.Good.class);
        clock.advance(2);
        assertThat(take(peer, issued(0))).isInstanceOf(OriginVerdict.Good.class);
    }

    @Test
    void callersThatMayNotBeSpokenForCostNobodyElseAnything() {
        SpiffeId elsewhere = SpiffeId.parse("spiffe://acme.example/site/elsewhere/app");
        byte[] text = TestOrigins.signed(TestOrigins.statement(PEER, elsewhere, "orders", HERE, clock.epochSeconds()));
        for (int i = 0; i < OriginIntake.LOOKS_BURST + 1; i++) {
            peer.take(text);
        }
        assertThat(faults).containsOnly(OriginFault.CALLER);
        assertThat(take(peer, issued(0))).isInstanceOf(OriginVerdict.Good.class);
    }

    @Test
    void beyondTheBoundWhatWasSaidBeforeHolds() {
        byte[] before = TestOrigins.signed(issued(0));
        assertThat(peer.take(before)).isInstanceOf(OriginVerdict.Good.class);
        while (peer.mayLook(
                issued(0),
                Objects.requireNonNull(TestOrigins.keys(PEER)
                        .find(PeerKeys.id(TestOrigins.material(PEER).leaf().getPublicKey()))))) {
            assertThat(faults).isEmpty();
        }
        OriginStatement later = issued(-1);
        assertThat(take(peer, later)).isEqualTo(new OriginVerdict.Good(issued(0)));
        assertThat(peer.lastText()).as("what is handed on was looked at").isEqualTo(before);
        assertThat(take(peer, TestOrigins.statement(PEER, OTHER_CALLER, "orders", HERE, clock.epochSeconds())))
                .isInstanceOf(OriginVerdict.Refused.class);
        assertThat(take(peer, TestOrigins.statement(PEER, CALLER, "stock", HERE, clock.epochSeconds())))
                .isInstanceOf(OriginVerdict.Refused.class);
        assertThat(faults).containsExactly(OriginFault.TOO_MANY, OriginFault.TOO_MANY);
        clock.advance(1);
        assertThat(take(peer, later)).as("looked at as soon as there is time").isEqualTo(new OriginVerdict.Good(later));
    }

    @Test
    void whatAKeySignedEndsWithTheTrustInItsCertificate() {
        TestTrust trust = new TestTrust();
        PeerKeys keys = new PeerKeys(trust);
        keys.add(TestOrigins.material(PEER).chain(), 0);
        OriginIntake.Peer shown = intake.from(PEER, keys);
        byte[] text = TestOrigins.signed(issued(0));
        assertThat(shown.take(text)).isInstanceOf(OriginVerdict.Good.class);
        trust.number++;
        assertThat(shown.last()).as("another change").isNotNull();
        trust.number++;
        trust.holds = false;
        assertThat(shown.last()).isNull();
        assertThat(shown.take(text)).isInstanceOf(OriginVerdict.Refused.class);
        assertThat(take(shown, issued(1))).isInstanceOf(OriginVerdict.Refused.class);
        PeerKeys others = new PeerKeys(trust);
        others.add(TestAuthority.root("origins").material(PEER).chain(), trust.number);
        assertThat(intake.from(PEER, others).take(text))
                .as("nor over a newer connection")
                .isInstanceOf(OriginVerdict.Refused.class);
        assertThat(faults).containsOnly(OriginFault.KEY_UNKNOWN).hasSize(3);
    }

    /** Trust that a test takes away. */
    private static final class TestTrust implements PeerKeys.Trust {
        private long number;
        private boolean holds = true;

        @Override
        public long number() {
            return number;
        }

        @Override
        public boolean holds(List<X509Certificate> chain) {
            return holds;
        }
    }

    @Test
    void clocksThatAreOffAreToldOf() {
        take(peer, issued(-10));
        take(peer, issued(40));
        assertThat(apart).isEmpty();
        take(peer, issued(-11));
        take(peer, issued(41));
        assertThat(apart).containsExactly(11L, -11L);
        take(peer, issued(-31));
        assertThat(faults).containsExactly(OriginFault.NOT_YET);
    }
}
