package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.limit.ServiceRates.Excess;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RateLimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Caller SHOP = caller("shop", "aws", "192.0.2.1");
    private static final Caller STOCK = caller("stock", "azure", "192.0.2.2");

    private static Caller caller(String name, String site, String address) {
        SpiffeId id = SpiffeId.parse("spiffe://corp.example/app/" + name);
        return new Caller(id, Caller.Proof.CERTIFICATE, new SiteName(site), address);
    }

    private static RateLimit limit(String name, int requests, int burst, RateKey by, RateMatch match) {
        return new RateLimit(name, requests, Duration.ofSeconds(1), burst, by, match, false);
    }

    private static RateLimiter limiter(RateKey by) {
        return new RateLimiter(limit("l", 10, 2, by, RateMatch.ANY), 1, 0, 3);
    }

    private static long take(RateLimiter limiter, Caller caller, long now) {
        return limiter.take(caller, null, now);
    }

    @Test
    void theBurstComesAtOnceAndThenTheRateEvenly() {
        RateLimiter limiter = limiter(new RateKey.All());
        assertThat(take(limiter, SHOP, 0)).isZero();
        assertThat(take(limiter, STOCK, 0)).isZero();
        assertThat(take(limiter, SHOP, 0)).isEqualTo(SECOND / 10);
        assertThat(take(limiter, SHOP, SECOND / 10 - 1)).isEqualTo(1);
        assertThat(take(limiter, SHOP, SECOND / 10)).isZero();
        assertThat(take(limiter, SHOP, SECOND / 10)).isPositive();
        assertThat(limiter.passed()).isEqualTo(3);
        assertThat(limiter.refused()).isEqualTo(3);
        assertThat(take(limiter, SHOP, 1000 * SECOND)).isZero();
        assertThat(take(limiter, SHOP, 1000 * SECOND)).isZero();
        assertThat(take(limiter, SHOP, 1000 * SECOND))
                .as("no more than the burst")
                .isPositive();
    }

    @Test
    void inAnyTimeNoMoreThanTheBurstAndTheRateComeThrough() {
        RateLimiter limiter = limiter(new RateKey.All());
        int passed = 0;
        for (long now = 0; now < 20 * SECOND; now += 7_000_000) {
            passed += take(limiter, SHOP, now) == 0 ? 1 : 0;
        }
        assertThat(passed).isBetween(200, 202);
    }

    @Test
    void eachIdentitySiteAndAddressHasItsOwn() {
        for (RateKey by : List.of(new RateKey.Identity(), new RateKey.Site(), new RateKey.Address())) {
            RateLimiter limiter = limiter(by);
            assertThat(take(limiter, SHOP, 0)).isZero();
            assertThat(take(limiter, SHOP, 0)).isZero();
            assertThat(take(limiter, SHOP, 0)).as(by.toString()).isPositive();
            assertThat(take(limiter, STOCK, 0)).as(by.toString()).isZero();
            assertThat(limiter.keys()).isEqualTo(2);
        }
    }

    @Test
    void anAddressOfIpv6IsItsNetwork() {
        RateKey by = new RateKey.Address();
        Object first = by.of(SHOP.at("2001:db8:1:2::1"), null);
        assertThat(by.of(SHOP.at("2001:0db8:1:2:ffff::9"), null)).isEqualTo(first);
        assertThat(by.of(SHOP.at("2001:db8:1:3::1"), null)).isNotEqualTo(first);
        assertThat(by.of(SHOP.at("::ffff:192.0.2.1"), null)).isNotEqualTo(by.of(SHOP.at("::ffff:192.0.2.2"), null));
    }

    @Test
    void aHeaderFieldIsAKeyHoweverLongAndItsAbsenceIsOne() {
        RateKey by = new RateKey.Header(HeaderName.of("x-key"));
        HeaderFields fields = new HeaderFields();
        assertThat(by.of(SHOP, fields)).isEqualTo("").isEqualTo(by.of(SHOP, null));
        fields.add("x-key", "a".repeat(10_000));
        assertThat(by.of(SHOP, fields).toString()).hasSize(64);
        fields.set(HeaderName.of("x-key"), "b");
        assertThat(by.of(SHOP, fields)).isEqualTo("b");
    }

    @Test
    void keysThatHaveNoRoomShareABucketUntilOthersAreFullAgain() {
        RateLimiter limiter = limiter(new RateKey.Identity());
        for (int i = 0; i < 3; i++) {
            assertThat(take(limiter, caller("app-" + i, "aws", "192.0.2.1"), 0)).isZero();
        }
        assertThat(take(limiter, SHOP, 0)).isZero();
        assertThat(take(limiter, STOCK, 0)).isZero();
        assertThat(take(limiter, SHOP, 0))
                .as("the one that they share is empty")
                .isPositive();
        assertThat(limiter.crowded()).isEqualTo(3);
        assertThat(limiter.keys()).isEqualTo(3);
        limiter.tidy(SECOND / 10 - 1);
        assertThat(limiter.keys()).as("a bucket with a token missing is kept").isEqualTo(3);
        limiter.tidy(SECOND / 10);
        assertThat(limiter.keys()).isZero();
        assertThat(take(limiter, SHOP, SECOND / 10)).isZero();
        assertThat(limiter.keys()).isEqualTo(1);
    }

    @Test
    void threadsTogetherTakeNoMoreThanThereAre() throws InterruptedException {
        RateLimiter limiter = new RateLimiter(limit("l", 1, 1000, new RateKey.Identity(), RateMatch.ANY), 1, 0);
        AtomicInteger passed = new AtomicInteger();
        List<Thread> threads = Stream.generate(() -> Thread.ofPlatform().unstarted(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        if (i % 100 == 0) {
                            limiter.tidy(0);
                        }
                        if (take(limiter, SHOP, 0) == 0) {
                            passed.incrementAndGet();
                        }
                    }
                }))
                .limit(4)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(passed).hasValue(1000);
    }

    private static @Nullable Excess take(ServiceRates rates, String method, String path, @Nullable String rule) {
        return rates.take(method, path, rule, SHOP, null, 0);
    }

    @Test
    void aRequestTakesOfAllLimitsThatCountItOrOfNone() {
        RateLimit all = limit("all", 10, 3, new RateKey.All(), RateMatch.ANY);
        RateLimit posts =
                limit("posts", 10, 1, new RateKey.All(), new RateMatch(Set.of("POST"), PathPrefix.of(""), "", ""));
        ServiceRates rates = new ServiceRates();
        rates.define(List.of(all, posts), 1, 0);
        assertThat(take(rates, "POST", "/", null)).isNull();
        Excess above = take(rates, "POST", "/", null);
        assertThat(above).isEqualTo(new Excess(posts, SECOND / 10));
        assertThat(take(rates, "GET", "/", null)).isNull();
        assertThat(take(rates, "GET", "/", null))
                .as("the POST above its limit took nothing")
                .isNull();
        assertThat(take(rates, "GET", "/", null)).isEqualTo(new Excess(all, SECOND / 10));
    }

    @Test
    void aLimitThatStaysKeepsItsBuckets() {
        RateLimit one = limit("one", 10, 1, new RateKey.All(), RateMatch.ANY);
        ServiceRates rates = new ServiceRates();
        rates.define(List.of(one), 1, 0);
        assertThat(take(rates, "GET", "/", null)).isNull();
        rates.define(List.of(limit("more", 10, 9, new RateKey.All(), RateMatch.ANY), one), 1, 0);
        assertThat(take(rates, "GET", "/", null)).isNotNull();
        rates.define(List.of(limit("one", 20, 1, new RateKey.All(), RateMatch.ANY)), 1, 0);
        assertThat(take(rates, "GET", "/", null)).isNull();
        rates.define(List.of(), 1, 0);
        assertThat(take(rates, "GET", "/", null)).isNull();
    }

    @Test
    void pathsFitByWholeSegmentsAndRulesByNameOrNumber() {
        RateMatch path = new RateMatch(Set.of(), PathPrefix.of("/api/"), "", "");
        assertThat(List.of("/api", "/api/", "/api/x", "/api?x=1")).allMatch(text -> path.fits("GET", text, null));
        assertThat(List.of("/", "/apis", "/x/api")).noneMatch(text -> path.fits("GET", text, null));
        assertThat(new RateMatch(Set.of(), PathPrefix.of("/"), "", "").fits("GET", "/x", null))
                .isTrue();

        RateMatch slashes = new RateMatch(Set.of(), PathPrefix.of("/api//"), "", "");
        assertThat(List.of("/api", "/api/x", "//api//x")).allMatch(text -> slashes.fits("GET", text, null));
        assertThat(PathPrefix.of("//").asks()).isFalse();

        String rule = "HTTPRoute default/shop rule 2 (checkout)";
        assertThat(List.of("", "2", "checkout"))
                .allMatch(name -> of("default/shop", name).fits("GET", "/", rule));
        assertThat(List.of("1", "22", "check", "out", "2 (checkout)"))
                .noneMatch(name -> of("default/shop", name).fits("GET", "/", rule));
        assertThat(of("default/shop", "2").fits("GET", "/", "HTTPRoute default/shop rule 2"))
                .isTrue();
        assertThat(of("default/shop", "2").fits("GET", "/", "HTTPRoute default/shop rule 20"))
                .isFalse();
        assertThat(of("default/sho", "").fits("GET", "/", rule)).isFalse();
        assertThat(of("default/shop", "").fits("GET", "/", null)).isFalse();
    }

    @Test
    void aPathIsCountedHoweverItIsWritten() {
        RateMatch path = new RateMatch(Set.of(), PathPrefix.of("/api/caf\u00e9"), "", "");
        assertThat(List.of(
                        "/api/caf%C3%A9",
                        "//api/caf%C3%A9",
                        "/api///caf%c3%a9?x",
                        "/api;v=1/caf%C3%A9;w/x",
                        "/api%3bv/caf%C3%A9%3Bw",
                        "/;/api;/;;//caf%C3%A9"))
                .allMatch(text -> path.fits("GET", text, null));
        assertThat(List.of("/api/cafe", "/api", "/;api/caf%C3%A9", "/api%2Fcaf%C3%A9", "/x?//api/caf%C3%A9"))
                .noneMatch(text -> path.fits("GET", text, null));
        RateMatch matrix = new RateMatch(Set.of(), PathPrefix.of("/m;v=1"), "", "");
        assertThat(List.of("/m;v=1", "//m%3bv=1/x")).allMatch(text -> matrix.fits("GET", text, null));
        assertThat(List.of("/m", "/m;v=2", "/m;v=1;w")).noneMatch(text -> matrix.fits("GET", text, null));
    }

    private static RateMatch of(String route, String rule) {
        return new RateMatch(Set.of(), PathPrefix.of(""), route, rule);
    }

    @Test
    void senselessValuesAreRefusedAndLimitsAreShown() {
        assertThatThrownBy(() -> limit("l", 0, 1, new RateKey.All(), RateMatch.ANY))
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> limit("l", 1, 100_000, new RateKey.All(), RateMatch.ANY))
                .hasMessageContaining("full again within");
        RateLimit shown =
                limit("l", 5, 7, new RateKey.Identity(), new RateMatch(Set.of("PUT"), PathPrefix.of("/a"), "d/s", "1"));
        assertThat(shown.shown() + shown.match().shown())
                .isEqualTo("5 per 1 s for each identity, burst 7, on each node, of PUT below /a that d/s rule 1 takes");
    }
}
