package io.bridgehead.tls.handshake;

import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * The Netty contexts of one generation of key material, made when first asked for: one for each role and list of
 * application protocols.
 *
 * <p>Life cycle: native memory is counted. Whoever uses the contexts holds them between {@link #acquire} and
 * {@link #release}; the maker's own hold ends with the generation. Engines keep their context alive by themselves.
 */
final class TunnelContexts {
    /** More than this a TLS 1.3 ticket may not live (RFC 8446 4.6.1), so the JDK's server issues none. */
    static final int NO_TICKETS_TIMEOUT_SECONDS = 8 * 24 * 3600;

    private static final int CERTIFICATE_LIST_BYTES_MAX = 32 * 1024;
    private static final byte[] SESSION_ID_CONTEXT = "bridgehead-tunnel".getBytes(StandardCharsets.US_ASCII);

    private final LiveTls.Generation generation;
    private final SslProvider provider;
    private final List<String> groups;
    private final ExpectedPeer everyPeer;
    private final Map<Key, SslContext> contexts = new ConcurrentHashMap<>();
    private final AtomicInteger holds = new AtomicInteger(1);

    TunnelContexts(LiveTls.Generation generation, SslProvider provider, List<String> groups, ExpectedPeer everyPeer) {
        this.generation = generation;
        this.provider = provider;
        this.groups = groups;
        this.everyPeer = everyPeer;
    }

    /** A context's purpose. */
    record Key(boolean server, List<String> applicationProtocols) {}

    long generation() {
        return generation.number();
    }

    Set<Key> keys() {
        return Set.copyOf(contexts.keySet());
    }

    /** Takes a hold; false when the contexts have already been given up. */
    boolean acquire() {
        return holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) > 0;
    }

    void release() {
        if (holds.decrementAndGet() == 0) {
            contexts.values().forEach(ReferenceCountUtil::release);
        }
    }

    /** Call only while holding. */
    SslContext context(Key key) {
        return contexts.computeIfAbsent(key, this::build);
    }

    /** A handler for one connection. Call only while holding. */
    SslHandler newHandler(Key key, ByteBufAllocator allocator, Executor handshakeTasks) {
        SslHandler handler = context(key).newHandler(allocator, handshakeTasks);
        SSLEngine engine = handler.engine();
        forbidResumption(engine);
        if (provider == SslProvider.JDK) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setNamedGroups(groups.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        }
        return handler;
    }

    private SslContext build(Key key) {
        KeyMaterial material = generation.material();
        SslContextBuilder builder = key.server()
                ? SslContextBuilder.forServer(material.key(), material.chain()).clientAuth(ClientAuth.REQUIRE)
                : SslContextBuilder.forClient()
                        .keyManager(material.key(), material.chain())
                        .endpointIdentificationAlgorithm("");
        builder.sslProvider(provider)
                .protocols("TLSv1.3")
                .ciphers(CipherOrder.TLS13)
                .trustManager(new PeerTrust(generation.validator(), everyPeer))
                .applicationProtocolConfig(applicationProtocols(key));
        if (provider != SslProvider.JDK) {
            builder.option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new))
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, CERTIFICATE_LIST_BYTES_MAX)
                    .option(OpenSslContextOption.USE_TASKS, true);
        }
        try {
            SslContext context = builder.build();
            forbidResumption(context);
            return context;
        } catch (SSLException e) {
            throw new IllegalStateException(
                    "TLS context of " + material + " with " + provider + ": " + e.getMessage()
                            + "; expected key material that this TLS library can use",
                    e);
        }
    }

    private ApplicationProtocolConfig applicationProtocols(Key key) {
        // BoringSSL's binding cannot refuse by itself: the gate closes a connection without an agreed protocol.
        boolean jdk = provider == SslProvider.JDK;
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                jdk ? SelectorFailureBehavior.FATAL_ALERT : SelectorFailureBehavior.NO_ADVERTISE,
                jdk ? SelectedListenerFailureBehavior.FATAL_ALERT : SelectedListenerFailureBehavior.ACCEPT,
                key.applicationProtocols());
    }

    /** A resumed session skips the trust manager, so there must be none. See also {@link #forbidResumption(SSLEngine)}. */
    private static void forbidResumption(SslContext context) {
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
            if (sessions instanceof OpenSslServerSessionContext server) {
                server.setSessionIdContext(SESSION_ID_CONTEXT);
            }
        } else {
            context.sessionContext().setSessionTimeout(NO_TICKETS_TIMEOUT_SECONDS);
        }
    }

    /**
     * Netty lets BoringSSL's servers hand out TLS 1.3 tickets unless a system property forbids it, and a ticket resumes
     * whatever the session cache is set to. So each engine is told, before its handshake.
     */
    private static void forbidResumption(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            long pointer = boring.sslPointer();
            SSL.setOptions(pointer, SSL.getOptions(pointer) | SSL.SSL_OP_NO_TICKET);
        }
    }
}
