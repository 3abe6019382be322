package io.bridgehead.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.SpiffeId;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Turns and places of those who ask for identities. */
final class EnrolmentsTest {
    private static final SpiffeId NODE = SpiffeId.parse("spiffe://corp.example/site/east/gateway/east-a");

    @Test
    void strangersTakeNoPlaceOfNodesThatRenew() {
        Enrolments places = new Enrolments();
        for (int i = 0; i < Enrolments.JOINS_MAX; i++) {
            assertThat(places.enter(true)).isTrue();
        }
        assertThat(places.enter(true)).isFalse();
        for (int i = Enrolments.JOINS_MAX; i < Enrolments.EXCHANGES_MAX; i++) {
            assertThat(places.enter(false)).isTrue();
        }
        assertThat(places.enter(false)).isFalse();
        places.leave(true);
        assertThat(places.enter(true)).isTrue();
        assertThat(places.enter(false)).isFalse();
        places.leave(false);
        assertThat(places.enter(true)).isFalse();
        assertThat(places.enter(false)).isTrue();
    }

    @Test
    void joinsTakeNoTurnOfRenewals() throws Exception {
        Enrolments turns = new Enrolments();
        InetAddress address = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < AddressRates.BURST; i++) {
            assertThat(turns.mayJoin(address, 1)).isTrue();
            assertThat(turns.mayRenew(NODE, 1)).isTrue();
        }
        assertThat(turns.mayJoin(address, 1)).isFalse();
        assertThat(turns.mayRenew(NODE, 1)).isFalse();
        assertThat(turns.mayJoin(address, 1 + AddressRates.SECONDS * 1_000_000_000L))
                .isTrue();
    }

    @Test
    void nobodyKnowsWhoSharesAPlace() {
        byte[] who = {(byte) 192, 0, 2, 1};
        Set<Integer> places = new HashSet<>();
        for (long secret = 0; secret < 1000; secret++) {
            places.add(new AddressRates(secret).place(who));
        }
        assertThat(places).hasSizeGreaterThan(700);
    }
}
