package io.bridgehead.tls.handshake;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.AuthorityFiles;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.ManifestMaterial;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS from this node to endpoints: TLS 1.2 and 1.3 with suites of authenticated encryption and forward secrecy only, no resumption,
 * the server's certificate checked as the service's {@link EndpointTls} says.
 *
 * <p><b>Threads</b>: any; {@link #secure} on the loop of its channel. Own certificate and authorities are those in force when a
 * connection is made; connections that exist go on.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class EndpointSecurity {
    private final LiveTls live;
    private final AuthorityFiles authorities;
    private final ManifestMaterial manifests;
    private final Settings settings;
    private volatile EndpointContexts contexts;

    /** Where nothing comes from manifests. */
    public EndpointSecurity(LiveTls live, AuthorityFiles authorities, Settings settings) {
        this(live, authorities, new ManifestMaterial(), settings);
    }

    public EndpointSecurity(LiveTls live, AuthorityFiles authorities, ManifestMaterial manifests, Settings settings) {
        this.live = live;
        this.authorities = authorities;
        this.manifests = manifests;
        this.settings = settings;
        this.contexts = made(live.current(), authorities.current(), manifests.current());
    }

    /**
     * What it works with.
     *
     * @param handshakeTimeoutMillis from the connection to the end of the handshake; above 0
     * @param clock judges certificates
     * @param tasks runs checks of certificates and makes contexts
     */
    public record Settings(long handshakeTimeoutMillis, Clock clock, Executor tasks) {}

    /**
     * Whom a connection is to reach.
     *
     * @param address where it was opened to
     * @param protocol what is offered by ALPN
     */
    public record Target(EndpointTls tls, HostPort address, Protocol protocol) {
        String serverName() {
            String given = tls.serverName();
            return given == null ? address.host() : given;
        }
    }

    /** What is offered to an endpoint by ALPN. */
    public enum Protocol {
        /** HTTP/2, and it must agree. */
        HTTP2("h2"),
        /** HTTP/1.1, which may stay unanswered. */
        HTTP1("http/1.1"),
        /** Nothing: the bytes inside are others'. */
        NONE("");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }
    }

    /** What became of it; called once, on the loop, never before {@link #secure} has returned. */
    public interface Outcome {
        /** TLS stands; what is put behind it now gets every byte. */
        void secured(Channel channel);

        /** TLS will never stand; the channel is closed. */
        void insecure(Failure failure);
    }

    /**
     * Why TLS does not stand.
     *
     * @param timedOut whether it took too long
     * @param local whether this node is the cause: says nothing of the endpoint
     * @param detail in words for people
     */
    public record Failure(boolean timedOut, boolean local, String detail) {}

    /** Does the handshake on a connected channel whose pipeline is empty. */
    public void secure(Loop loop, Channel channel, Target target, Outcome outcome) {
        assert loop.isCurrent();
        CompletableFuture<SslContext> context = inForce().of(target.tls(), target.protocol().text);
        channel.config().setAutoRead(false);
        context.whenComplete((made, problem) -> loop.execute(() -> {
            if (made != null) {
                begin(channel, made, target, outcome);
            } else {
                refuse(channel, target, text(problem), outcome);
            }
        }));
    }

    private void begin(Channel channel, SslContext context, Target target, Outcome outcome) {
        String name = target.serverName();
        SslHandler handler =
                context.newHandler(channel.alloc(), name, target.address().port(), settings.tasks());
        handler.setHandshakeTimeout(settings.handshakeTimeoutMillis(), TimeUnit.MILLISECONDS);
        try {
            nameServer(handler.engine(), name);
        } catch (IllegalArgumentException e) {
            ReferenceCountUtil.release(handler.engine());
            refuse(channel, target, "server name '" + name + "': " + e.getMessage(), outcome);
            return;
        }
        channel.pipeline()
                .addLast("tls", handler)
                .addLast("tls-watch", new EndpointHandshake(handler, target, outcome));
        channel.config().setAutoRead(true);
    }

    private static void refuse(Channel channel, Target target, String why, Outcome outcome) {
        channel.close();
        outcome.insecure(new Failure(false, true, "endpoint " + target.address() + ": " + why));
    }

    /** Server names are host names; addresses are not sent (RFC 6066, section 3). */
    private static void nameServer(SSLEngine engine, String name) {
        if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            engine.setSSLParameters(parameters);
        }
    }

    private EndpointContexts inForce() {
        EndpointContexts known = contexts;
        LiveTls.Generation generation = live.current();
        Map<String, List<X509Certificate>> named = authorities.current();
        ManifestMaterial.Snapshot held = manifests.current();
        if (!known.isOf(generation, named, held)) {
            known = made(generation, named, held);
            contexts = known;
        }
        return known;
    }

    private EndpointContexts made(
            LiveTls.Generation generation, Map<String, List<X509Certificate>> named, ManifestMaterial.Snapshot held) {
        return new EndpointContexts(generation, named, held, settings.clock(), settings.tasks());
    }

    private static String text(@Nullable Throwable problem) {
        Throwable cause = problem != null && problem.getCause() != null ? problem.getCause() : problem;
        return cause == null ? "TLS is not to be had" : String.valueOf(cause.getMessage());
    }
}
