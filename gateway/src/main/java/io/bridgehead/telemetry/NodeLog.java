package io.bridgehead.telemetry;

import ch.qos.logback.classic.LoggerContext;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.listen.DatagramCounts;
import io.bridgehead.listen.ListenerObserver;
import io.bridgehead.listen.operator.OperatorPort;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.sync.ClockWatch;
import io.bridgehead.sync.RejectedRecords;
import io.bridgehead.sync.StandingOrder;
import io.bridgehead.sync.SyncObserver;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.TlsObserver;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.tunnel.Purpose;
import io.bridgehead.tunnel.TunnelFault;
import io.bridgehead.tunnel.TunnelObserver;
import io.bridgehead.tunnel.TunnelPeer;
import io.bridgehead.upstream.UpstreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * Writes to the log what happens to the node's parts, and counts it. What a stranger can provoke, or what happens again and again for one
 * cause, is counted always and logged at once, then now and then with how often it happened ({@link Repeats}). The log is asynchronous and
 * bounded, so nothing here waits.
 */
public final class NodeLog
        implements TunnelObserver,
                UpstreamObserver,
                ListenerObserver,
                TlsObserver,
                SyncObserver,
                FabricObserver,
                StoreObserver {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");
    private static final Logger AUDIT = LoggerFactory.getLogger(AuditFile.LOGGER);

    private final MeterRegistry registry;
    private final RejectedRecords rejections = new RejectedRecords(InstantSource.system());
    private final ClockWatch clocks = new ClockWatch();
    private final ConnectionMeters connections;
    private final OriginLog origins;
    private final Repeats repeats;
    private final Withdrawals withdrawals;

    /** Counts in the telemetry's registry. */
    public NodeLog(Telemetry telemetry, java.util.function.LongSupplier nanoTime) {
        this.registry = telemetry.registry();
        this.connections = telemetry.connections();
        this.repeats = new Repeats(nanoTime);
        this.withdrawals = telemetry.withdrawals();
        this.origins = new OriginLog(registry, this::warning);
    }

    @Override
    public void connected(TunnelPeer peer, boolean dialed) {
        count(
                Signal.TUNNEL_HANDSHAKES,
                Tags.of(Tag.PEER, peer.node().value())
                        .and(Tag.PURPOSE, peer.purpose().text())
                        .and(Tag.DIRECTION, dialed ? "out" : "in")
                        .and(Tag.RESUMED, peer.resumed().text()));
        if (peer.purpose() == Purpose.CONTROL && dialed) {
            LOG.atInfo()
                    .addKeyValue("peer", peer.node())
                    .addKeyValue("peer_site", peer.site())
                    .log("tunnel connected");
        }
    }

    @Override
    public void disconnected(TunnelPeer peer, boolean dialed, TunnelFault fault, String detail) {
        fault(fault);
        if (dialed && peer.purpose() == Purpose.CONTROL) {
            warning("ended", peer.node(), fault.text())
                    .addKeyValue("peer", peer.node())
                    .addKeyValue("error.type", fault.text())
                    .log("tunnel ended: {}", detail);
        }
    }

    @Override
    public void livenessChanged(NodeName node, Liveness before, Liveness after, String detail) {
        LOG.atInfo().addKeyValue("peer", node).log("peer {} -> {} {}", before, after, detail);
    }

    @Override
    public void stoodStill(long millis) {
        LOG.atWarn()
                .addKeyValue("millis", millis)
                .log("this node itself did not run for {} ms; peers that gave it up meanwhile are dialed anew", millis);
    }

    @Override
    public void dialFailed(HostPort address, Purpose purpose, TunnelFault fault, String detail) {
        fault(fault);
        warning("dial", address, fault.text())
                .addKeyValue("address", address)
                .addKeyValue("error.type", fault.text())
                .log("tunnel could not be made: {}", detail);
    }

    @Override
    public void intruderRefused(String remoteAddress, TunnelFault fault, String detail) {
        fault(fault);
        rejections.add(
                Fault.REFUSED,
                host(remoteAddress),
                "tunnel connection (" + fault.text() + ")",
                host(remoteAddress),
                detail);
        warning("intruder", host(remoteAddress), fault.text())
                .addKeyValue("address", remoteAddress)
                .addKeyValue("error.type", fault.text())
                .log("connection to the tunnel port refused: {}", detail);
    }

    /** A warning of which there may be many of one cause. */
    private LoggingEventBuilder warning(String message, Object subject, String reason) {
        return warning(LOG, message, subject, reason);
    }

    private LoggingEventBuilder warning(Logger log, String message, Object subject, String reason) {
        long held = repeats.passes(message, String.valueOf(subject), reason);
        if (held < 0) {
            return NOPLoggingEventBuilder.singleton();
        }
        return held == 0 ? log.atWarn() : log.atWarn().addKeyValue("repeated", held);
    }

    /** An address without the port, which is another for each connection. */
    private static String host(String address) {
        int port = address.lastIndexOf(':');
        return port < 0 ? address : address.substring(0, port);
    }

    private void fault(TunnelFault fault) {
        count(Signal.TUNNEL_FAULTS, Tag.ERROR, fault.text());
    }

    @Override
    public void endpointBecameUnfit(ServiceName service, Endpoint endpoint, String reason) {
        LOG.atWarn()
                .addKeyValue("service", service)
                .addKeyValue("endpoint", endpoint)
                .log("endpoint gets no more requests: {}", reason);
    }

    @Override
    public void panicChanged(ServiceName service, boolean panic) {
        LOG.atWarn()
                .addKeyValue("service", service)
                .log(panic ? "hardly any endpoint is fit: unfit ones are used too" : "enough endpoints are fit again");
    }

    @Override
    public void endpointBecameFit(ServiceName service, Endpoint endpoint) {
        LOG.atInfo()
                .addKeyValue("service", service)
                .addKeyValue("endpoint", endpoint)
                .log("endpoint gets requests");
    }

    @Override
    public void weightsChanged(ServiceName service, @Nullable SiteWeights before, SiteWeights after, String reason) {
        // what a service begins with is no event: ten thousand of them make a node's start seconds longer
        Level level = before == null ? Level.DEBUG : Level.INFO;
        LOG.atLevel(level).addKeyValue("service", service).log("shares of sites: {}", after);
    }

    @Override
    public void siteFlaps(ServiceName service, SiteName site) {
        count(Signal.FLAPS, Tag.SERVICE, service.value(), Tag.DESTINATION_SITE, site.value());
        LOG.atWarn()
                .addKeyValue("service", service)
                .addKeyValue("site", site)
                .log("site has come and gone too often and is held away until its flap budget allows another return");
    }

    @Override
    public void listening(String listener, String address) {
        LOG.atInfo().addKeyValue("listener", listener).log("listening on {}", address);
    }

    @Override
    public void accepted(String listener) {
        connections.accepted(listener);
    }

    @Override
    public void refused(String listener, Refusal refusal) {
        connections.refused(listener, refusal);
    }

    @Override
    public void handshakeFailed(String listener, HandshakeFault fault, String detail) {
        connections.handshakeFailed(listener, fault);
        if (listener.equals(OperatorPort.NAME)) {
            warning(AUDIT, "operator", fault.text(), detail.replaceFirst(":\\d+:", ":"))
                    .addKeyValue("audit", "operator-refused")
                    .addKeyValue("listener", listener)
                    .addKeyValue("error.type", fault.text())
                    .log("connection to the admin port refused: {}", RejectedRecords.printable(detail));
        } else {
            LOG.atDebug().addKeyValue("listener", listener).log("TLS handshake failed ({}): {}", fault.text(), detail);
        }
    }

    @Override
    public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
        String who = identity == null ? "" : identity.toString();
        withdrawals.add(
                listener.equals(OperatorPort.NAME) ? Withdrawals.Kind.OPERATOR : Withdrawals.Kind.CONNECTION,
                why,
                who,
                listener,
                detail);
        LOG.atInfo()
                .addKeyValue("listener", listener)
                .addKeyValue("identity", who)
                .addKeyValue("reason", why.text())
                .log("connection closed, its client is not trusted any more: {}", detail);
    }

    @Override
    public void trustWithdrawn(SpiffeId peer, Withdrawal why, String detail) {
        withdrawals.add(Withdrawals.Kind.TUNNEL, why, peer.toString(), "", detail);
    }

    @Override
    public void edgeReloaded(String listener, String certificates) {
        LOG.atInfo().addKeyValue("listener", listener).log("certificates reloaded: {}", certificates);
    }

    private void count(Signal signal, String... tags) {
        count(signal, Tags.of(tags));
    }

    private void count(Signal signal, Tags tags) {
        signal.counter().tags(tags).register(registry).increment();
    }

    @Override
    public void datagramPort(String listener, DatagramCounts counts) {
        DatagramMeters.register(registry, listener, counts);
    }

    @Override
    public void ended(String listener, CloseReason reason) {
        connections.closed(listener, reason);
    }

    /** An operator's order is in force from now on. */
    public void orderInForce(StandingOrder standing) {
        Order order = standing.order();
        if (order != null) {
            AUDIT.atInfo()
                    .addKeyValue("audit", "order-in-force")
                    .addKeyValue("order", standing.text())
                    .addKeyValue("author", standing.signer())
                    .addKeyValue("reason", order.reason())
                    .addKeyValue("until", order.until().map(Object::toString).orElse("it is ended"))
                    .log("order in force: {}", standing.text());
        }
    }

    /** An order is in force no more. */
    public void orderOver(StandingOrder standing, @Nullable StandingOrder newest) {
        Order next = newest == null || newest.equals(standing) ? null : newest.order();
        AUDIT.atInfo()
                .addKeyValue("audit", "order-over")
                .addKeyValue("order", standing.text())
                .addKeyValue("author", next == null || newest == null ? standing.signer() : newest.signer())
                .addKeyValue("reason", next == null ? "its time is over" : next.reason())
                .log("order over: {}", standing.text());
    }

    /** An event loop is stuck and the process ends. */
    public void loopStuck(String why) {
        LOG.atError().log("{}", why);
    }

    @Override
    public void acceptFailed(String listener, Throwable cause) {
        LOG.atError().addKeyValue("listener", listener).log("cannot accept: {}", String.valueOf(cause.getMessage()));
    }

    @Override
    public void acceptFailed(Throwable cause) {
        LOG.atError().addKeyValue("listener", "tunnel").log("cannot accept: {}", String.valueOf(cause.getMessage()));
    }

    @Override
    public void stopped(String listener) {
        LOG.atInfo().addKeyValue("listener", listener).log("closed");
    }

    @Override
    public void reloaded(LiveTls.Generation generation) {
        LOG.atInfo()
                .addKeyValue("generation", generation.number())
                .log("certificate and bundle reloaded: {}", generation.material());
    }

    @Override
    public void refused(MaterialException problem) {
        count(Signal.CONFIG_REFUSED);
        LOG.atError().log("new key material cannot be used, the old stays: {}", problem.getMessage());
    }

    @Override
    public void warned(MaterialException.Exposed warning) {
        LOG.atWarn().log("{}", warning.getMessage());
    }

    @Override
    public void healthNotSigned(String reason) {
        LOG.atError().log("health report could not be signed: {}", reason);
    }

    @Override
    public void reportRefused(String origin, String reason) {
        count(Signal.RECORDS_REJECTED, Tag.ERROR, Fault.MALFORMED.text());
        rejections.add(Fault.MALFORMED, origin, "health", "?", reason);
        warning("report", origin, "").addKeyValue("origin", origin).log("health report refused: {}", reason);
    }

    @Override
    public void repaired(String peer, int taken, int refusedRecords, int given) {
        if (taken + refusedRecords + given > 0) {
            LOG.atInfo()
                    .addKeyValue("peer", peer)
                    .log(
                            "state repaired over the tunnel: {} taken, {} refused, {} given",
                            taken,
                            refusedRecords,
                            given);
        }
    }

    @Override
    public void vouched(String peer, int records) {
        LOG.atInfo()
                .addKeyValue("peer", peer)
                .log("the peer vouches for {} records whose signers' certificates have expired", records);
    }

    @Override
    public void voucherRefused(String peer, String reason) {
        warning("voucher", peer, "")
                .addKeyValue("peer", peer)
                .log("voucher refused: {}", RejectedRecords.printable(reason));
    }

    @Override
    public void questionRefused(String peer, String path, String reason) {
        count(Signal.RECORDS_REJECTED, Tag.ERROR, Fault.TOO_MUCH.text());
        rejections.add(Fault.TOO_MUCH, peer, "question " + path, peer, reason);
    }

    @Override
    public void exchangeFailed(String peer, String reason) {
        LOG.atDebug().addKeyValue("peer", peer).log("state exchange over the tunnel failed: {}", reason);
    }

    @Override
    public void recordRejected(Rejection rejection) {
        count(Signal.RECORDS_REJECTED, Tag.ERROR, rejection.fault().text());
        rejections.add(rejection);
        if (rejection.fault() != Fault.TOO_MUCH) {
            String carrier = RejectedRecords.printable(rejection.carrier());
            // the origin is for the one who forges to choose, who brings it is not
            warning("record", carrier, rejection.fault().text())
                    .addKeyValue("origin", RejectedRecords.printable(rejection.origin()))
                    .addKeyValue("carrier", carrier)
                    .addKeyValue("error.type", rejection.fault().text())
                    .log("record refused: {}", RejectedRecords.printable(rejection.reason()));
        }
    }

    @Override
    public void healthStamped(String origin, Stamp stamp) {
        clocks.heard(origin, stamp);
    }

    /** Whether this node's clock agrees with those of the others. */
    public ClockWatch clocks() {
        return clocks;
    }

    /** What was not taken of what other gateways say of callers. */
    public OriginLog origins() {
        return origins;
    }

    /** The records that were refused lately. */
    public RejectedRecords rejections() {
        return rejections;
    }

    @Override
    public void boundExceeded(String who, String bound) {
        String origin = RejectedRecords.printable(who);
        warning("bound", origin, bound).addKeyValue("origin", origin).log("sends too much: {}", bound);
    }

    @Override
    public void linkRefused(String remote, String reason) {
        warning("link", host(remote), reason)
                .addKeyValue("address", remote)
                .log("cluster connection refused: {}", reason);
    }

    @Override
    public void clusterFailed(String problem) {
        LOG.atError().log("cluster: {}; traffic goes on from this node's own state", problem);
    }

    @Override
    public void tornTailCut(Path log, long bytes) {
        LOG.atWarn().log("{}: last entry was not complete ({} bytes cut)", log, bytes);
    }

    @Override
    public void corruptFileSetAside(Path file, Path kept, int entries, String reason) {
        LOG.atError().log("{}: damaged ({}); kept as {}, {} good entries in use", file, reason, kept, entries);
    }

    @Override
    public void storedRecordRefused(EncodedRecord record, String reason) {
        Rejection rejection = new Rejection(Fault.REFUSED, Optional.of(record.record()), "state.directory", reason);
        count(Signal.RECORDS_REJECTED, Tag.ERROR, rejection.fault().text());
        rejections.add(rejection);
        LOG.atWarn().log("stored record {} refused: {}", record, reason);
    }

    @Override
    public void writeFailed(Path file, IOException problem) {
        LOG.atError().log("{}: cannot be written ({}); the node serves on from memory", file, String.valueOf(problem));
    }

    /** A revision became active. */
    public void revisionActive(String revision, int services, java.util.List<String> notes) {
        LOG.atInfo().addKeyValue("revision", revision).log("active: {} services", services);
        notes.forEach(note -> LOG.atWarn().addKeyValue("revision", revision).log("{}", note));
    }

    /** A revision or file could not be used. */
    public void revisionRefused(String revision, java.util.List<String> problems) {
        count(Signal.CONFIG_REFUSED);
        problems.forEach(problem ->
                LOG.atError().addKeyValue("revision", revision).log("not used, the last good one stays: {}", problem));
    }

    /** Writes what is queued and ends the log: the last thing that a process does. */
    public static void end() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /** Something that happened to the node as a whole. */
    public void say(String what) {
        LOG.atInfo().log("{}", what);
    }

    /** Something that a person should look at. */
    public void warn(String what) {
        LOG.atWarn().log("{}", what);
    }
}
