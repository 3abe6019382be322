package io.bridgehead.tls.handshake;

import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.KeyStores;
import io.bridgehead.tls.LiveTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
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

    /**
     * A context's purpose.
     *
     * @param strangers whether the other end shows no certificate, and is shown the whole way to the bundle
     */
    record Key(boolean server, boolean strangers, List<String> applicationProtocols) {
        Key(boolean server, List<String> applicationProtocols) {
            this(server, false, List.copyOf(applicationProtocols));
        }
    }

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
        Resumption.forbid(engine);
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
                ? server(key, material)
                : SslContextBuilder.forClient()
                        .keyManager(material.key(), material.chain())
                        .endpointIdentificationAlgorithm("");
        builder.sslProvider(provider)
                .keyStoreType(KeyStores.IN_MEMORY)
                .protocols("TLSv1.3")
                .ciphers(CipherOrder.TLS13)
                .trustManager(PeerTrust.manager(generation.validator(), everyPeer))
                .applicationProtocolConfig(applicationProtocols(key));
        if (provider != SslProvider.JDK) {
            builder.option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new))
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, CERTIFICATE_LIST_BYTES_MAX)
                    .option(OpenSslContextOption.USE_TASKS, true);
        }
        try {
            SslContext context = builder.build();
            Resumption.forbid(context, SESSION_ID_CONTEXT);
            return context;
        } catch (SSLException e) {
            throw new IllegalStateException(
                    "TLS context of " + material + " with " + provider + ": " + e.getMessage()
                            + "; expected key material that this TLS library can use",
                    e);
        }
    }

    private static SslContextBuilder server(Key key, KeyMaterial material) {
        if (!key.strangers()) {
            return SslContextBuilder.forServer(material.key(), material.chain()).clientAuth(ClientAuth.REQUIRE);
        }
        List<X509Certificate> shown = new ArrayList<>(material.chain());
        material.bundle().stream().filter(anchor -> !shown.contains(anchor)).forEach(shown::add);
        return SslContextBuilder.forServer(material.key(), shown).clientAuth(ClientAuth.NONE);
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
}
