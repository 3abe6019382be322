package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.KeyFiles;
import io.bridgehead.control.FabricControl;
import io.bridgehead.identity.EnrolmentException;
import io.bridgehead.identity.IdentitySource;
import io.bridgehead.identity.JoinToken;
import io.bridgehead.identity.Registrar;
import io.bridgehead.identity.Registrar.Surroundings;
import io.bridgehead.identity.Renewal;
import io.bridgehead.identity.Ticket;
import io.bridgehead.identity.TokenOrder;
import io.bridgehead.identity.TokenOrders;
import io.bridgehead.identity.workload.WorkloadMaterial;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.telemetry.IdentityLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.MaterialSource;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tunnel.Tunnels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where this node's identity comes from, and the authority if it runs here: what the admin API asks of both. Where it may wait. */
final class NodeIdentity {
    private final Surroundings around;
    private final TokenOrders orders;
    private final @Nullable Registrar registrar;
    private final @Nullable Renewal renewal;
    private final NodeFederation federation;

    private NodeIdentity(
            Surroundings around,
            TokenOrders orders,
            @Nullable Registrar registrar,
            @Nullable Renewal renewal,
            NodeFederation federation) {
        this.federation = federation;
        this.around = around;
        this.orders = orders;
        this.registrar = registrar;
        this.renewal = renewal;
    }

    /**
     * As the configuration says.
     *
     * @param fabric knows the nodes that one that joins should dial
     * @param mayOrder whether an identity may have tokens made
     * @param tunnels whose port answers those who want an identity, if the authority runs here
     * @param everyPeer whom this node talks to at all
     */
    static NodeIdentity of(
            NodeConfig config,
            LiveTls live,
            FabricControl fabric,
            Predicate<SpiffeId> mayOrder,
            Tunnels tunnels,
            NodeFederation federation,
            ExpectedPeer everyPeer,
            Surroundings around) {
        NodeConfig.IssuingAuthority authority = config.identity().authority();
        Registrar registrar = authority == null
                ? null
                : new Registrar(new Registrar.Parts(
                        authority.folder(),
                        authority.lifetime(),
                        config.spiffeId(),
                        config.tunnel().advertise(),
                        () -> advertised(config, fabric),
                        live,
                        around));
        if (registrar != null) {
            tunnels.serveEnrolment(registrar);
        }
        IdentitySource source = source(config, registrar, everyPeer, around);
        return new NodeIdentity(
                around,
                new TokenOrders(live, mayOrder, around.clock()),
                registrar,
                source == null ? null : new Renewal(source, paths(config), live, around),
                federation);
    }

    /** Where the node's identity comes from, as the configuration says. */
    static MaterialSource material(NodeConfig config, CompletableFuture<Loops> loops, Clock clock, TlsObserver observer)
            throws StartException {
        Path socket = config.identity().workloadApi();
        if (socket != null) {
            Loop control = Waiting.await(loops, Node.REST_MAX).control();
            return new WorkloadMaterial(socket, config.spiffeId(), clock, observer, control, new SplittableRandom());
        }
        return new MaterialFiles(paths(config), ExpectedPeer.exactly(config.spiffeId()), clock, observer);
    }

    private static MaterialFiles.Paths paths(NodeConfig config) {
        KeyFiles files = config.identity().files();
        return new MaterialFiles.Paths(files.certificate(), files.key(), files.bundle(), files.crl());
    }

    /**
     * Reads the identity at start. One that has ended while the node was down is issued again, if the authority is here.
     *
     * @throws MaterialException as {@link MaterialFiles#load}
     */
    static KeyMaterial load(NodeConfig config, MaterialSource files, Clock clock) throws MaterialException {
        NodeConfig.IssuingAuthority authority = config.identity().authority();
        try {
            return files.load();
        } catch (MaterialException.OutOfDate ended) {
            if (authority == null) {
                throw ended;
            }
            try {
                Authority.open(authority.folder(), clock, new SecureRandom())
                        .issuePair(
                                IssueRequest.of(config.spiffeId()).withLifetime(authority.lifetime()),
                                config.identity().files().certificate(),
                                Authority.Existing.REPLACE);
            } catch (PkiException e) {
                ended.addSuppressed(e);
                throw ended;
            }
            return files.load();
        }
    }

    /** What everything about identities works with. */
    static Surroundings surroundings(Clock clock, NodeThreads threads, Telemetry telemetry) {
        return new Surroundings(
                clock, new SecureRandom(), threads.blocking(), new IdentityLog(telemetry, System::nanoTime));
    }

    /** Where nodes of the fabric can be dialed, this one first. */
    private static List<HostPort> advertised(NodeConfig config, FabricControl fabric) {
        Set<HostPort> all = new LinkedHashSet<>();
        HostPort own = config.tunnel().advertise();
        if (own != null) {
            all.add(own);
        }
        fabric.reports().values().forEach(report -> {
            HostPort other = report.tunnel();
            if (other != null) {
                all.add(other);
            }
        });
        return List.copyOf(all);
    }

    private static @Nullable IdentitySource source(
            NodeConfig config, @Nullable Registrar registrar, ExpectedPeer everyPeer, Surroundings around) {
        if (registrar != null) {
            return IdentitySource.of(registrar);
        }
        NodeConfig.RemoteRenewal remote = config.identity().renewal();
        return remote == null ? null : IdentitySource.at(remote.from(), remote.issuers(), everyPeer, around.clock());
    }

    /** What is known of other trust domains. */
    NodeFederation federation() {
        return federation;
    }

    /** The authority, if it runs here. */
    @Nullable
    Registrar registrar() {
        return registrar;
    }

    /** How the renewal of this node's identity stands, or null when nobody renews it. */
    @Nullable
    Renewal renewal() {
        return renewal;
    }

    /** Renews if it is time; every second or so. */
    void tick() {
        if (renewal != null) {
            renewal.tick();
        }
    }

    /** What is wrong, for {@code status}. */
    List<String> problems(Instant notAfter) {
        String problem = renewal == null ? "" : renewal.state().problem();
        return renewal == null || problem.isEmpty()
                ? List.of()
                : List.of("identity: could not be renewed by " + renewal.source() + " (" + problem + "); it ends at "
                        + notAfter + ", the next try is at " + renewal.state().next());
    }

    Reply tokens() {
        Registrar here = registrar;
        if (here == null) {
            return notHere();
        }
        try {
            JsonArray rows = new JsonArray();
            Instant now = around.clock().instant();
            here.tokens().forEach(ticket -> rows.add(row(ticket, now)));
            JsonArray issued = new JsonArray();
            here.issued()
                    .forEach(one -> issued.add(new JsonObject()
                            .put("id", one.id().toString())
                            .put("serial", one.serial())
                            .put("notAfter", one.notAfter().toString())
                            .put("how", one.how())));
            return Reply.good(new JsonObject().put("tokens", rows).put("issued", issued));
        } catch (EnrolmentException e) {
            return Reply.bad(503, e.detail(), List.of());
        }
    }

    private static JsonObject row(Ticket ticket, Instant now) {
        boolean over = ticket.state() == Ticket.State.OPEN && !ticket.expires().isAfter(now);
        return new JsonObject()
                .put("token", ticket.id())
                .put("site", ticket.site().value())
                .put("node", ticket.node() == null ? "" : ticket.node().value())
                .put("state", over ? "expired" : ticket.state().text())
                .put("expires", ticket.expires().toString())
                .put("author", ticket.author())
                .put("note", ticket.note());
    }

    /** Makes a token or takes one back, as an operator's signed order says. */
    Reply order(byte[] sent) {
        Registrar here = registrar;
        if (here == null) {
            return notHere();
        }
        try {
            TokenOrders.Judged judged = orders.judge(sent);
            return done(here, judged.order(), judged.author().toString());
        } catch (IllegalArgumentException e) {
            return Reply.bad(400, "no order about tokens: " + e.getMessage(), List.of());
        } catch (CertificateException | SignatureException e) {
            return Reply.bad(403, "refused: " + e.getMessage(), List.of());
        } catch (EnrolmentException e) {
            return Reply.bad(409, e.detail(), List.of());
        }
    }

    private static Reply done(Registrar here, TokenOrder order, String author) throws EnrolmentException {
        if (order.site() == null) {
            here.revoke(order.revoke(), author);
            return Reply.good(new JsonObject().put("revoked", order.revoke()));
        }
        JoinToken token = here.create(order.site(), order.node(), order.lifetime(), author);
        return Reply.good(new JsonObject()
                .put("id", token.id())
                .put("token", token.text())
                .put("expires", token.expires().toString()));
    }

    private static Reply notHere() {
        return Reply.bad(
                409,
                "this node has no authority: ask one with identity.authority in its gateway.yaml, such as that of 'bridgehead init'",
                List.of());
    }
}
