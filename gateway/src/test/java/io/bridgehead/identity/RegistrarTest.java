package io.bridgehead.identity;

import static io.bridgehead.identity.TestRegistrar.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SvidValidator;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.SigningRequest;
import io.bridgehead.tunnel.EnrolmentService.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an authority gives, and what it refuses. */
final class RegistrarTest {
    private static final SiteName EAST = new SiteName("east");

    @TempDir
    private Path parent;

    private TestRegistrar west;

    @BeforeEach
    void open() throws Exception {
        west = TestRegistrar.in(parent);
    }

    private JoinToken token() throws EnrolmentException {
        return west.registrar().create(EAST, null, Duration.ofMinutes(15), "ann");
    }

    private static byte[] request(SpiffeId id, JoinToken token) throws Exception {
        SigningRequest request = SigningRequest.make(id, SigningRequest.newKeys(new SecureRandom()));
        return EnrolmentMessages.request(request, token.id(), token.proof().secret());
    }

    private Granted join(byte[] request) throws EnrolmentException {
        byte[][] answer = new byte[1][];
        west.registrar().onJoin(request, "192.0.2.1:4711", bytes -> answer[0] = bytes);
        return EnrolmentMessages.readAnswer(answer[0]);
    }

    private void assertRefused(byte[] request, EnrolmentRefusal refusal, String... words) {
        assertThatThrownBy(() -> join(request))
                .isInstanceOfSatisfying(
                        EnrolmentException.class, e -> assertThat(e.refusal()).isEqualTo(refusal))
                .hasMessageContainingAll(words.length == 0 ? new String[] {"found"} : words);
        assertThat(west.events()).contains("refused join " + refusal.text());
    }

    @Test
    void aTokenGivesOneNodeOfItsSiteAnIdentityOnce() throws Exception {
        JoinToken token = JoinToken.parse("\n " + token().text() + "\n");
        byte[] first = request(id("east", "east-a"), token);
        Granted granted = join(first);
        SvidValidator validator = new SvidValidator(TestRegistrar.DOMAIN, granted.bundle(), Clock.systemUTC());
        assertThat(validator.validate(granted.chain())).isEqualTo(id("east", "east-a"));
        assertThat(granted.peers()).containsExactly(west.dial());
        assertThat(granted.issuer()).isEqualTo(TestRegistrar.SELF);
        assertThat(west.events()).contains("issued join " + id("east", "east-a"));
        assertRefused(first, EnrolmentRefusal.TOKEN_USED, token.id(), "east-a", "192.0.2.1");
        assertThat(west.registrar().tokens().getFirst().state()).isEqualTo(Ticket.State.USED);
    }

    @Test
    void tokensThatAreOverTakenBackOrForeignGiveNothing() throws Exception {
        JoinToken expired = token();
        west.later(Duration.ofMinutes(15));
        assertRefused(request(id("east", "east-a"), expired), EnrolmentRefusal.TOKEN_EXPIRED, expired.id());
        JoinToken revoked = token();
        west.registrar().revoke(revoked.id(), "ann");
        assertRefused(request(id("east", "east-a"), revoked), EnrolmentRefusal.TOKEN_REVOKED, "by ann");
        assertThatThrownBy(() -> west.registrar().revoke(revoked.id(), "ann"))
                .hasMessageContaining("is revoked already");
        JoinToken guessed = new JoinToken(
                token().id(),
                new JoinToken.Proof("guessed", ""),
                TestRegistrar.SELF,
                List.of(west.dial()),
                EAST,
                null,
                expired.expires());
        assertRefused(request(id("east", "east-a"), guessed), EnrolmentRefusal.TOKEN_UNKNOWN);
        for (String id : List.of("", "../../etc/passwd", "unknown-token")) {
            SigningRequest request =
                    SigningRequest.make(id("east", "east-a"), SigningRequest.newKeys(new SecureRandom()));
            assertRefused(EnrolmentMessages.request(request, id, "x"), EnrolmentRefusal.TOKEN_UNKNOWN);
        }
    }

    @Test
    void aRequestForSomebodyElseLeavesTheTokenUnused() throws Exception {
        JoinToken token = token();
        List<SpiffeId> others = List.of(
                id("west", "east-a"),
                SpiffeId.operator(TestRegistrar.DOMAIN, "eve"),
                SpiffeId.parse("spiffe://corp.example/site/east/gateway/east-a/more"),
                SpiffeId.parse("spiffe://other.example/site/east/gateway/east-a"));
        for (SpiffeId other : others) {
            assertRefused(
                    request(other, token),
                    EnrolmentRefusal.IDENTITY_NOT_ALLOWED,
                    other.toString(),
                    "expected spiffe://corp.example/site/east/gateway/<node>");
        }
        assertRefused(request(id("east", "west-a"), named("east-b")), EnrolmentRefusal.IDENTITY_NOT_ALLOWED, "east-b");
        join(request(id("east", "east-a"), token));
    }

    private JoinToken named(String node) throws EnrolmentException {
        return west.registrar().create(EAST, new NodeName(node), Duration.ofMinutes(15), "ann");
    }

    @Test
    void aNameIsOneNodesUnlessATokenSaysOtherwise() throws Exception {
        join(request(id("east", "east-a"), token()));
        assertRefused(request(id("east", "east-a"), token()), EnrolmentRefusal.NAME_TAKEN, "'east-a'");
        join(request(id("east", "east-a"), named("east-a")));
        JoinToken north =
                west.registrar().create(new SiteName("north"), new NodeName("east-a"), Duration.ofMinutes(15), "ann");
        assertRefused(request(id("north", "east-a"), north), EnrolmentRefusal.NAME_TAKEN, "site/east");
    }

    /** None of them begins before all of them can. */
    private static List<Boolean> atOnce(List<Callable<Boolean>> tries) throws Exception {
        CyclicBarrier begin = new CyclicBarrier(tries.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> begun = new ArrayList<>();
            for (Callable<Boolean> one : tries) {
                begun.add(threads.submit(() -> {
                    assertThat(begin.await(60, TimeUnit.SECONDS)).isNotNegative();
                    return one.call();
                }));
            }
            List<Boolean> answers = new ArrayList<>();
            for (Future<Boolean> one : begun) {
                answers.add(one.get(60, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    @Test
    void ofManyWhoUseATokenAtOnceOneGetsAnIdentity() throws Exception {
        JoinToken token = token();
        List<Callable<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] request = request(id("east", "east-" + i), token);
            tries.add(() -> {
                try {
                    join(request);
                    return true;
                } catch (EnrolmentException e) {
                    assertThat(e.refusal()).isEqualTo(EnrolmentRefusal.TOKEN_USED);
                    return false;
                }
            });
        }
        assertThat(atOnce(tries)).containsOnlyOnce(true);
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        assertRefused("nonsense".getBytes(StandardCharsets.UTF_8), EnrolmentRefusal.MALFORMED, "line");
        assertRefused("request=AAAA\n".getBytes(StandardCharsets.UTF_8), EnrolmentRefusal.TOKEN_UNKNOWN);
        JoinToken token = token();
        assertRefused(with(token, new byte[] {0, 0, 0}), EnrolmentRefusal.REQUEST_INVALID, "certificate request");
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        byte[] short1024 = new JcaPKCS10CertificationRequestBuilder(
                        new X500Principal("O=Bridgehead"),
                        weak.generateKeyPair().getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(SigningRequest.newKeys(new SecureRandom()).getPrivate()))
                .getEncoded();
        assertRefused(with(token, short1024), EnrolmentRefusal.REQUEST_INVALID, "an RSA key of 1024 bits");
        byte[] good = SigningRequest.make(id("east", "east-a"), SigningRequest.newKeys(new SecureRandom()))
                .encoded();
        good[good.length - 1] ^= 1;
        assertRefused(with(token, good), EnrolmentRefusal.REQUEST_INVALID, "certificate request");
        assertThat(west.registrar().tokens().getFirst().state()).isEqualTo(Ticket.State.OPEN);
    }

    private static byte[] with(JoinToken token, byte[] request) {
        return new Lines()
                .add("request", request)
                .add("token", token.id())
                .add("secret", token.proof().secret())
                .encoded();
    }

    /** East-a renews, or somebody else asks for its identity. */
    private X509Certificate renew(SpiffeId peer, X509Certificate shown) throws Exception {
        byte[][] answer = new byte[1][];
        SigningRequest own = SigningRequest.make(id("east", "east-a"), SigningRequest.newKeys(new SecureRandom()));
        byte[] request = EnrolmentMessages.request(own, "", "");
        west.registrar().onRenewal(request, new Shown(peer, shown), "192.0.2.1:1", bytes -> answer[0] = bytes);
        return EnrolmentMessages.readAnswer(answer[0]).chain().getFirst();
    }

    private X509Certificate joined(JoinToken token) throws Exception {
        return join(request(id("east", "east-a"), token)).chain().getFirst();
    }

    private void assertSuperseded(X509Certificate shown) {
        assertThatThrownBy(() -> renew(id("east", "east-a"), shown))
                .isInstanceOfSatisfying(
                        EnrolmentException.class, e -> assertThat(e.refusal()).isEqualTo(EnrolmentRefusal.SUPERSEDED))
                .hasMessageContainingAll("found certificate", "expected");
        assertThat(west.events()).contains("refused renewal superseded");
    }

    @Test
    void aMachineThatWasReplacedCannotRenew() throws Exception {
        X509Certificate old = joined(token());
        X509Certificate renewed = renew(id("east", "east-a"), old);
        X509Certificate other = joined(named("east-a"));
        assertSuperseded(old);
        assertSuperseded(renewed);
        renew(id("east", "east-a"), other);
    }

    @Test
    void aNodeThatStoppedBeforeItWroteItsFilesRenewsWithWhatItHas() throws Exception {
        X509Certificate first = joined(token());
        X509Certificate lost = renew(id("east", "east-a"), first);
        X509Certificate second = renew(id("east", "east-a"), first);
        assertSuperseded(lost);
        renew(id("east", "east-a"), second);
        assertSuperseded(first);
    }

    @Test
    void anAuthorityThatWasRestoredFromACopyKnowsNewerCertificates() throws Exception {
        X509Certificate first = joined(token());
        Path note = west.folder().resolve("issued/east-a");
        byte[] copy = Files.readAllBytes(note);
        west.later(Duration.ofHours(12));
        X509Certificate second = renew(id("east", "east-a"), first);
        west.later(Duration.ofHours(6));
        X509Certificate third = renew(id("east", "east-a"), second);
        Files.write(note, copy);
        renew(id("east", "east-a"), third);
    }

    @Test
    void ofTwoWhoWantANameAtOnceOneGetsIt() throws Exception {
        Registrar one = west.registrar();
        List<Callable<Boolean>> tries = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            byte[] request = request(id("east", "east-a"), token());
            tries.add(() -> {
                byte[][] answer = new byte[1][];
                one.onJoin(request, "192.0.2.1:4711", bytes -> answer[0] = bytes);
                try {
                    EnrolmentMessages.readAnswer(answer[0]);
                    return true;
                } catch (EnrolmentException e) {
                    assertThat(e.refusal()).isEqualTo(EnrolmentRefusal.NAME_TAKEN);
                    return false;
                }
            });
        }
        assertThat(atOnce(tries)).containsOnlyOnce(true);
        assertThat(west.registrar().tokens())
                .filteredOn(ticket -> ticket.state() == Ticket.State.OPEN)
                .hasSize(7);
    }

    @Test
    void noTokenPinsAnotherBundleThanTheAuthorityGives() throws Exception {
        Authority other = Authority.create(
                parent.resolve("other"),
                TestRegistrar.DOMAIN,
                Authority.Existing.KEEP,
                Clock.systemUTC(),
                new SecureRandom());
        Path file = west.folder().resolve("ca.crt");
        List<X509Certificate> both = new ArrayList<>(PemFile.read(file).certificates());
        both.addAll(other.bundle());
        PemWriter.certificates(file, both);
        assertThatThrownBy(this::token)
                .isInstanceOf(EnrolmentException.class)
                .hasMessageContainingAll("the bundle of this node's identity lacks", "expected the same")
                .hasMessageNotContaining("ca.crt lacks");
        assertThat(west.registrar().tokens()).isEmpty();
    }

    @Test
    void nodesRenewTheirOwnIdentityAlone() throws Exception {
        X509Certificate leaf = joined(token());
        assertThat(renew(id("east", "east-a"), leaf)).isNotEqualTo(leaf);
        assertThatThrownBy(() -> renew(id("east", "east-b"), leaf))
                .isInstanceOf(EnrolmentException.class)
                .hasMessageContaining("by spiffe://corp.example/site/east/gateway/east-b");
        assertThat(west.events()).contains("refused renewal identity-not-allowed");
    }

    @Test
    void aBrokenDiskIsNobodysBusinessOutside() throws Exception {
        byte[] request = request(id("east", "east-a"), token());
        Files.delete(west.folder().resolve("ca.key"));
        assertThatThrownBy(() -> join(request))
                .isInstanceOf(EnrolmentException.class)
                .hasMessage("the authority cannot do it now");
    }

    @Test
    void aTokenThatIsCutOffOrNoneIsNamedWithoutItsSecret() throws Exception {
        String text = token().text();
        assertThatThrownBy(() -> JoinToken.parse(text.substring(0, text.length() - 20)))
                .hasMessageContaining("cut off or changed");
        assertThatThrownBy(() -> JoinToken.parse("")).hasMessageContaining("found nothing");
        assertThat(token()).asString().doesNotContain(token().proof().secret());
    }
}
