package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.IpRanges;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who the client behind trusted proxies is, and what of their word is passed on. */
final class TrustedForwardingTest {
    private static final SiteName SITE = new SiteName("here");
    private static final Caller PEER = new Caller(
            SpiffeId.unauthenticated(new TrustDomain("corp.example"), SITE), Caller.Proof.LISTENER, SITE, "10.0.0.1");
    private static final IpRanges TEN = ranges("10.0.0.0", 8, "2001:db8::", 32);

    private static IpRanges ranges(String one, int onePrefix, String other, int otherPrefix) {
        return new IpRanges(List.of(range(one, onePrefix), range(other, otherPrefix)));
    }

    private static IpRanges.Range range(String base, int prefix) {
        return IpRanges.Range.of(Objects.requireNonNull(IpAddress.parse(base)).bytes(), prefix);
    }

    private static HeaderFields fields(@Nullable String... forwardedFor) {
        HeaderFields fields = new HeaderFields();
        fields.add("accept", "*/*");
        for (String value : forwardedFor) {
            if (value != null) {
                fields.add(HeaderName.X_FORWARDED_FOR, value);
            }
        }
        return fields;
    }

    private static String client(ForwardingTrust trust, HeaderFields fields) {
        return new TrustedForwarding(trust, PEER).client(fields).address();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                        | 10.0.0.1",
                "203.0.113.7                             | 203.0.113.7",
                "6.6.6.6, 203.0.113.7                    | 203.0.113.7",
                "6.6.6.6, 203.0.113.7, 10.9.9.9          | 203.0.113.7",
                "203.0.113.7,10.9.9.9,10.8.8.8           | 203.0.113.7",
                "10.1.1.1, 10.2.2.2                      | 10.1.1.1",
                "203.0.113.7:51234, 10.9.9.9:80          | 203.0.113.7",
                "[2001:db9::7]:443, [2001:db8::1]        | 2001:db9::7",
                "2001:db9::7, 2001:DB8::1                | 2001:db9::7",
                "::ffff:203.0.113.7                      | 203.0.113.7",
                "203.0.113.7, ::ffff:10.0.0.9            | 203.0.113.7",
                "203.0.113.7, unknown, 10.9.9.9          | 10.9.9.9",
                "203.0.113.7, , 10.9.9.9                 | 10.9.9.9",
                "203.0.113.7, _hidden                    | 10.0.0.1",
                "203.0.113.7,                            | 10.0.0.1",
                "fe80::1%eth0                            | 10.0.0.1",
                "[203.0.113.7]                           | 10.0.0.1",
                "203.0.113.7:                            | 10.0.0.1",
                "203.0.113.7:x                           | 10.0.0.1",
                "[::1                                    | 10.0.0.1",
                "[::1]x                                  | 10.0.0.1",
            })
    void theLastAddressThatIsNoTrustedProxys(@Nullable String value, String client) {
        assertThat(client(new ForwardingTrust(TEN, 0), fields(value))).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 6.6.6.6, 203.0.113.7      | 203.0.113.7",
                "2 | 6.6.6.6, 203.0.113.7      | 6.6.6.6",
                "3 | 6.6.6.6, 203.0.113.7      | 10.0.0.1",
                "1 | 6.6.6.6, nonsense         | 10.0.0.1",
                "2 | 6.6.6.6, nonsense         | 6.6.6.6",
                "1 |                           | 10.0.0.1",
            })
    void theAddressInAPlaceFromTheRight(int hops, @Nullable String value, String client) {
        assertThat(client(new ForwardingTrust(IpRanges.NONE, hops), fields(value)))
                .isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(client(new ForwardingTrust(TEN, 0), fields("6.6.6.6", "203.0.113.7, 10.1.1.1", "10.2.2.2")))
                .isEqualTo("203.0.113.7");
        assertThat(client(new ForwardingTrust(TEN, 3), fields("6.6.6.6", "203.0.113.7, 10.1.1.1", "10.2.2.2")))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void theWalkIsBounded() {
        String value = "203.0.113.7, " + "10.1.1.1, ".repeat(70) + "10.2.2.2";
        assertThat(client(new ForwardingTrust(TEN, 0), fields(value))).isEqualTo("10.1.1.1");
    }

    @Test
    void eachRequestIsJudgedByItself() {
        TrustedForwarding forwarding = new TrustedForwarding(new ForwardingTrust(TEN, 0), PEER);
        Caller first = forwarding.client(fields("203.0.113.7"));
        assertThat(forwarding.client(fields("203.0.113.7"))).isSameAs(first);
        assertThat(forwarding.client(fields("203.0.113.8")).address()).isEqualTo("203.0.113.8");
        assertThat(forwarding.client(fields())).isSameAs(PEER);
        assertThat(first.identity()).isEqualTo(PEER.identity());
    }

    @Test
    void onlyTheProxysOwnWordIsPassedOn() {
        HeaderFields fields = fields("6.6.6.6", "203.0.113.7");
        fields.add("x-forwarded-proto", "https");
        fields.add("x-forwarded-host", "shop.example");
        fields.add("x-forwarded-port", "443");
        fields.add("x-forwarded-client-cert", "By=me");
        fields.add("forwarded", "for=6.6.6.6");
        fields.add("x-real-ip", "6.6.6.6");
        fields.add("x-envoy-internal", "true");
        fields.add("bridgehead-caller", "me");
        RequestHead head = new RequestHead("GET", "http", "inner.example", "/", fields);
        new TrustedForwarding(new ForwardingTrust(TEN, 0), PEER).extend(head);
        assertThat(fields.toString()).isEqualTo("""
                accept: */*
                x-forwarded-proto: https
                x-forwarded-host: shop.example
                x-forwarded-port: 443
                x-forwarded-for: 6.6.6.6, 203.0.113.7, 10.0.0.1
                """);
    }

    @Test
    void whatTheProxyDoesNotSayIsSaidHere() {
        HeaderFields fields = fields();
        fields.add("x-forwarded-proto", "gopher");
        RequestHead head = new RequestHead("GET", "http", "inner.example", "/", fields);
        new TrustedForwarding(new ForwardingTrust(TEN, 0), PEER).extend(head);
        assertThat(fields.toString()).isEqualTo("""
                accept: */*
                x-forwarded-for: 10.0.0.1
                x-forwarded-proto: http
                x-forwarded-host: inner.example
                """);
    }

    @Property
    void noValueFails(@ForAll String value) {
        assertThat(client(new ForwardingTrust(TEN, 0), fields(value))).isNotEmpty();
        assertThat(client(new ForwardingTrust(IpRanges.NONE, 2), fields(value))).isNotEmpty();
    }
}
