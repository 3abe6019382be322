package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import io.bridgehead.model.HeaderName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JwtDeskTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final JwtPlace BEARER = new JwtPlace.Field(HeaderName.of("authorization"), "Bearer ");

    private final TestIssuer issuer = new TestIssuer();
    private final AtomicInteger readings = new AtomicInteger();
    private final JwksFeed feed = new JwksFeed(
            "login",
            "test",
            300_000,
            () -> {
                readings.incrementAndGet();
                return CompletableFuture.completedFuture(issuer.jwks());
            },
            JwksKeys::parse,
            JwtObserver.silent());
    private final JwtTerms terms =
            new JwtTerms(List.of(new JwtIssuer(JwtCheckTest.rules("", Set.of("ES256", "ES384")), feed)), false);
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final List<JwtVerdict> verdicts = new ArrayList<>();
    private long now = NOW;
    private boolean full;
    private final JwtDesk desk = new JwtDesk(
            Runnable::run,
            task -> {
                if (full) {
                    throw new RejectedExecutionException();
                }
                work.add(task);
            },
            () -> now,
            JwtObserver.silent());

    JwtDeskTest() {
        feed.tick(NOW);
    }

    private @Nullable JwtVerdict ask(String token) {
        return desk.judge(terms, BEARER, token, verdicts::add);
    }

    private void workAll() {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
    }

    private String token(String subject) {
        return issuer.sign(TestIssuer.claims(subject, NOW, ""));
    }

    @Test
    void aGoodTokenIsJudgedOnceAndRememberedUntilItExpires() {
        String token = token("ada");
        assertThat(ask(token)).isNull();
        assertThat(ask(token)).isNull();
        assertThat(work).as("asked twice, judged once").hasSize(1);
        workAll();
        assertThat(verdicts).hasSize(2);
        assertThat(ask(token)).isInstanceOf(JwtVerdict.Accepted.class);
        now = NOW + 3_629_000;
        assertThat(ask(token)).isInstanceOf(JwtVerdict.Accepted.class);
        now = NOW + 3_630_000;
        assertThat(ask(token)).isNull();
        workAll();
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Refused.class);
    }

    @Test
    void otherKeysHaveRememberedTokensJudgedAgain() {
        String token = token("ada");
        ask(token);
        workAll();
        issuer.rotate(TestIssuer.curve("two", Curve.P_256));
        feed.tick(NOW + 300_000);
        assertThat(ask(token)).isNull();
        workAll();
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Refused.class);
    }

    @Test
    void anUnknownKeyHasTheKeysReadAndTheRequestWaits() {
        assertThat(readings).hasValue(1);
        issuer.rotate(TestIssuer.curve("two", Curve.P_384));
        ask(token("ada"));
        workAll();
        assertThat(readings).hasValue(2);
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Accepted.class);
        issuer.rotate(TestIssuer.curve("three", Curve.P_256));
        ask(token("ada"));
        workAll();
        assertThat(readings).as("not within ten seconds").hasValue(2);
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Refused.class);
    }

    @Test
    void fewRequestsWaitForKeysThatNobodyHas() {
        CompletableFuture<byte[]> slow = new CompletableFuture<>();
        JwksFeed slowFeed = new JwksFeed("slow", "test", 300_000, () -> slow, JwksKeys::parse, JwtObserver.silent());
        JwtTerms slowTerms =
                new JwtTerms(List.of(new JwtIssuer(JwtCheckTest.rules("", Set.of("ES256")), slowFeed)), false);
        String token = token("ada");
        for (int i = 0; i < JwtDesk.FOR_KEYS_MAX; i++) {
            assertThat(desk.judge(slowTerms, BEARER, token, verdicts::add)).isNull();
            workAll();
        }
        assertThat(desk.judge(slowTerms, BEARER, token, verdicts::add)).isInstanceOf(JwtVerdict.Refused.class);
        assertThat(desk.judge(slowTerms, BEARER, token("bob"), verdicts::add)).isNull();
        workAll();
        assertThat(verdicts).as("another one does not wait").hasSize(1);
        assertThat(ask(token)).as("other issuers' tokens are judged").isNull();
        workAll();
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Accepted.class);
        slow.complete(issuer.jwks());
        workAll();
        assertThat(verdicts).hasSize(2 + JwtDesk.FOR_KEYS_MAX);
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Accepted.class);
    }

    @Test
    void aTokenStandsOnlyWhereItsIssuerHasIt() {
        JwtPlace query = new JwtPlace.Query("token");
        String token = token("ada");
        ask(token);
        workAll();
        assertThat(desk.judge(terms, query, token, verdicts::add)).isNull();
        workAll();
        assertThat(verdicts.getLast()).isInstanceOf(JwtVerdict.Refused.class);
    }

    @Test
    void waitingRequestsAreBounded() {
        for (int i = 0; i < JwtDesk.WAITING_MAX; i++) {
            assertThat(ask("no token " + i)).isNull();
        }
        JwtVerdict.Refused busy = (JwtVerdict.Refused) Objects.requireNonNull(ask("one more"));
        assertThat(busy.fault()).isEqualTo(JwtFault.BUSY);
        workAll();
        assertThat(verdicts).hasSize(JwtDesk.WAITING_MAX);
        assertThat(ask("again")).isNull();
        full = true;
        assertThat(ask("rejected")).isInstanceOf(JwtVerdict.Refused.class);
    }

    @Test
    void rememberedTokensAreBounded() {
        String first = token("first");
        ask(first);
        for (int i = 0; i < JwtDesk.KNOWN_MAX; i++) {
            ask(token("s" + i));
            workAll();
        }
        assertThat(ask(first)).as("the least used is forgotten").isNull();
    }
}
