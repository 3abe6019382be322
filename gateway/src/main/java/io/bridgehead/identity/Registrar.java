package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Asked;
import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.identity.EnrolmentObserver.Enrolment;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.SigningRequest;
import io.bridgehead.tunnel.EnrolmentService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The authority of the trust domain as it works on a node: makes and takes tokens, and gives identities to nodes that show one, or a certificate
 * that is valid still. Whatever it decides is on its disk before it answers.
 *
 * <p><b>Threads</b>: {@link EnrolmentService} on event loops; everything else where it may wait for the disk, one at a time or not.
 */
public final class Registrar implements EnrolmentService {
    private static final int TOKEN_ID_BYTES = 9;
    private static final int SECRET_BYTES = 32;
    private static final String RENEWED = "renewal";

    private final Parts parts;
    private final TokenBook tokens;
    private final IssuedBook issued;
    /** What is judged by the books holds until they are written. Never taken on an event loop. */
    private final ReentrantLock giving = new ReentrantLock();

    /**
     * What it works with.
     *
     * @param folder of the {@link Authority}
     * @param lifetime of the identities of nodes
     * @param self this node
     * @param dial this node's tunnel port as others reach it; null when they cannot
     * @param peers tunnel ports of the fabric's nodes that joiners should dial, beside {@code dial}
     */
    public record Parts(
            Path folder,
            Duration lifetime,
            SpiffeId self,
            @Nullable HostPort dial,
            Supplier<List<HostPort>> peers,
            LiveTls live,
            Surroundings surroundings) {}

    /** What is the same for everything in this package. */
    public record Surroundings(Clock clock, SecureRandom random, Executor blocking, EnrolmentObserver observer) {}

    public Registrar(Parts parts) {
        this.parts = parts;
        this.tokens = new TokenBook(parts.folder().resolve("tokens"));
        this.issued = new IssuedBook(parts.folder());
    }

    @Override
    public void onJoin(byte[] request, String address, Consumer<byte[]> answer) {
        parts.surroundings()
                .blocking()
                .execute(() -> answer.accept(answered(
                        Enrolment.JOIN, address, () -> join(EnrolmentMessages.readRequest(request), address))));
    }

    @Override
    public void onRenewal(byte[] request, Shown peer, String address, Consumer<byte[]> answer) {
        parts.surroundings()
                .blocking()
                .execute(() -> answer.accept(answered(
                        Enrolment.RENEWAL,
                        address,
                        () -> renew(EnrolmentMessages.readRequest(request), peer, address))));
    }

    @Override
    public byte[] onTurnedAway(boolean join, boolean tooOften, String address) {
        EnrolmentException refused = tooOften
                ? new EnrolmentException(
                        EnrolmentRefusal.RATE_LIMITED, "found too many requests of this " + (join ? "address" : "node"))
                : new EnrolmentException(EnrolmentRefusal.MALFORMED, "found no request, or one that is too long");
        return refused(join ? Enrolment.JOIN : Enrolment.RENEWAL, refused, address);
    }

    private interface Decision {
        Granted make() throws EnrolmentException;
    }

    private byte[] answered(Enrolment how, String address, Decision decision) {
        try {
            return EnrolmentMessages.answer(decision.make());
        } catch (EnrolmentException e) {
            return refused(how, e, address);
        } catch (RuntimeException e) {
            return refused(how, new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e), e), address);
        }
    }

    private byte[] refused(Enrolment how, EnrolmentException refused, String address) {
        parts.surroundings().observer().identityRefused(how, refused.refusal(), refused.detail(), address);
        // What is wrong with this node's disk is not for strangers.
        boolean own = refused.refusal() == EnrolmentRefusal.UNAVAILABLE;
        return EnrolmentMessages.answer(
                own ? new EnrolmentException(refused.refusal(), "the authority cannot do it now") : refused);
    }

    private Granted join(Asked asked, String address) throws EnrolmentException {
        Ticket ticket = open(asked);
        SigningRequest request = asked.request();
        SpiffeId id = request.id();
        NodeName node = id.gatewayNode();
        boolean other = ticket.node() != null && !ticket.node().equals(node);
        if (node == null
                || other
                || !id.trustDomain().equals(parts.self().trustDomain())
                || !ticket.site().equals(id.site())) {
            throw new EnrolmentException(
                    EnrolmentRefusal.IDENTITY_NOT_ALLOWED,
                    "request for " + id + "; expected spiffe://" + parts.self().trustDomain() + "/site/" + ticket.site()
                            + "/gateway/" + (ticket.node() == null ? "<node>" : ticket.node()));
        }
        giving.lock(); // of two who want a name at once, the second finds it taken
        try {
            requireFree(node, id, ticket);
            tokens.use(ticket, id + " at " + parts.surroundings().clock().instant() + " from " + address);
            return give(request, new Given(Enrolment.JOIN, "token " + ticket.id(), address, null));
        } finally {
            giving.unlock();
        }
    }

    private Ticket open(Asked asked) throws EnrolmentException {
        Ticket ticket = tokens.find(asked.token());
        if (ticket == null || !isSecretOf(ticket, asked.secret())) {
            throw new EnrolmentException(EnrolmentRefusal.TOKEN_UNKNOWN, "found no such token at this authority");
        }
        String shown = "token " + ticket.id();
        switch (ticket.state()) {
            case USED ->
                throw new EnrolmentException(
                        EnrolmentRefusal.TOKEN_USED, shown + " was used already, by " + ticket.note());
            case REVOKED ->
                throw new EnrolmentException(
                        EnrolmentRefusal.TOKEN_REVOKED, shown + " was taken back " + ticket.note());
            case OPEN -> {}
        }
        if (!ticket.expires().isAfter(parts.surroundings().clock().instant())) {
            throw new EnrolmentException(EnrolmentRefusal.TOKEN_EXPIRED, shown + " expired at " + ticket.expires());
        }
        return ticket;
    }

    private static boolean isSecretOf(Ticket ticket, String secret) {
        return MessageDigest.isEqual(
                ticket.secretHash().getBytes(StandardCharsets.UTF_8),
                hash(secret).getBytes(StandardCharsets.UTF_8));
    }

    /** A name is one node's; a token that names it may give it to another machine of the same site. */
    private void requireFree(NodeName node, SpiffeId id, Ticket ticket) throws EnrolmentException {
        IssuedBook.Issued holder = issued.find(node);
        if (holder == null || (holder.id().equals(id) && node.equals(ticket.node()))) {
            return;
        }
        throw new EnrolmentException(
                EnrolmentRefusal.NAME_TAKEN,
                "node name '" + node + "' is that of " + holder.id() + "; expected one that is unique in the fabric");
    }

    private Granted renew(Asked asked, Shown peer, String address) throws EnrolmentException {
        SigningRequest request = asked.request();
        NodeName node = peer.id().gatewayNode();
        if (node == null || !request.id().equals(peer.id())) {
            throw new EnrolmentException(
                    EnrolmentRefusal.IDENTITY_NOT_ALLOWED,
                    "request for " + request.id() + " by " + peer.id() + "; expected its own identity");
        }
        giving.lock();
        try {
            requireLast(node, peer);
            return give(request, new Given(Enrolment.RENEWAL, RENEWED, address, peer.leaf()));
        } finally {
            giving.unlock();
        }
    }

    /** A name that was given to another machine is not the old one's any more, although its certificate is valid still. */
    private void requireLast(NodeName node, Shown peer) throws EnrolmentException {
        IssuedBook.Issued holder = issued.find(node);
        if (holder == null || (holder.id().equals(peer.id()) && holder.renews(peer.leaf()))) {
            return;
        }
        throw new EnrolmentException(
                EnrolmentRefusal.SUPERSEDED,
                "found certificate " + peer.leaf().getSerialNumber().toString(16) + " of " + peer.id() + "; expected "
                        + holder.serial() + ", which " + holder.id() + " was given since (" + holder.how() + ")");
    }

    /** Renews this node's own identity. */
    Granted renewOwn(SigningRequest request) throws EnrolmentException {
        giving.lock();
        try {
            return give(request, new Given(Enrolment.RENEWAL, RENEWED, "this node", null));
        } finally {
            giving.unlock();
        }
    }

    /** For what an identity is given, to whom, and in place of which certificate. */
    private record Given(
            Enrolment how,
            String note,
            String address,
            @Nullable X509Certificate replaced) {}

    private Granted give(SigningRequest request, Given given) throws EnrolmentException {
        Surroundings around = parts.surroundings();
        try {
            Authority authority = Authority.open(parts.folder(), around.clock(), around.random());
            List<X509Certificate> chain = authority.sign(request, parts.lifetime());
            issued.note(request.id(), chain.getFirst(), given.note(), given.replaced());
            Instant end = chain.getFirst().getNotAfter().toInstant();
            around.observer().identityIssued(given.how(), request.id(), end, given.address());
            return new Granted(
                    chain,
                    authority.bundle(),
                    parts.peers().get(),
                    parts.self(),
                    parts.dial() == null ? List.of() : List.of(parts.dial()));
        } catch (PkiException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Makes a token.
     *
     * @param node the only name that may be taken with it, even if another machine had it before; null for any that is free
     * @param author who wants it
     * @throws EnrolmentException if nobody could dial this node, its bundle is not the authority's, or the disk does not take it
     */
    public JoinToken create(SiteName site, @Nullable NodeName node, Duration lifetime, String author)
            throws EnrolmentException {
        HostPort dial = parts.dial();
        if (dial == null) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE,
                    "tunnel.advertise: found none; expected the address that joiners dial");
        }
        List<X509Certificate> live = parts.live().current().material().bundle();
        requireOwnBundle(live);
        Surroundings around = parts.surroundings();
        Instant expires = around.clock().instant().plus(lifetime);
        String id = random(TOKEN_ID_BYTES);
        String secret = random(SECRET_BYTES);
        tokens.add(
                new Ticket(id, site, node, expires, hash(secret), author, Ticket.State.OPEN, ""),
                around.clock().instant());
        around.observer().tokenChanged("made", id + " for site " + site, author);
        String bundle = Base64.getUrlEncoder().withoutPadding().encodeToString(Digest.ofBundle(live));
        return new JoinToken(id, new JoinToken.Proof(secret, bundle), parts.self(), List.of(dial), site, node, expires);
    }

    /** A token pins the bundle that this node trusts; the answer carries the authority's. */
    private void requireOwnBundle(List<X509Certificate> live) throws EnrolmentException {
        Surroundings around = parts.surroundings();
        List<X509Certificate> given;
        try {
            given = Authority.open(parts.folder(), around.clock(), around.random())
                    .bundle();
        } catch (PkiException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
        String problem = Stream.of(
                        lack(parts.folder().resolve("ca.crt").toString(), given, live),
                        lack("the bundle of this node's identity", live, given))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        if (!problem.isEmpty()) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE, problem + "; expected the same certificates in both");
        }
    }

    private static String lack(String name, List<X509Certificate> has, List<X509Certificate> wanted) {
        return wanted.stream()
                .filter(one -> !has.contains(one))
                .map(one -> one.getSubjectX500Principal().getName() + " (serial "
                        + one.getSerialNumber().toString(16) + ")")
                .distinct()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), all -> all.isEmpty() ? "" : name + " lacks " + all));
    }

    /** All tokens that are remembered, the last to expire first. */
    public List<Ticket> tokens() throws EnrolmentException {
        return tokens.all();
    }

    /** All nodes that have an identity of this authority. */
    public List<IssuedBook.Issued> issued() throws EnrolmentException {
        return issued.all();
    }

    /** Takes a token back. */
    public void revoke(String id, String author) throws EnrolmentException {
        Ticket ticket = tokens.find(id);
        if (ticket == null) {
            throw new EnrolmentException(
                    EnrolmentRefusal.TOKEN_UNKNOWN, "token '" + id + "': there is none of this id");
        }
        if (ticket.state() != Ticket.State.OPEN) {
            throw new EnrolmentException(
                    ticket.state() == Ticket.State.USED ? EnrolmentRefusal.TOKEN_USED : EnrolmentRefusal.TOKEN_REVOKED,
                    "token '" + id + "' is " + ticket.state().text() + " already: " + ticket.note());
        }
        tokens.revoke(
                ticket, "by " + author + " at " + parts.surroundings().clock().instant());
        parts.surroundings().observer().tokenChanged("taken back", id, author);
    }

    private String random(int bytes) {
        byte[] random = new byte[bytes];
        parts.surroundings().random().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String hash(String secret) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Digest.of(secret.getBytes(StandardCharsets.UTF_8)));
    }
}
