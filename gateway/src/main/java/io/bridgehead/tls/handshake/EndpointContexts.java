package io.bridgehead.tls.handshake;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.KeyStores;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.ManifestMaterial;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The Netty contexts for endpoints under one generation of own key material and one reading of the authorities' files. Each is
 * made when first asked for, on a thread that may take its time. Native memory is freed with the garbage, since contexts are
 * few and live long.
 */
final class EndpointContexts {
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};
    private static final List<String> TLS12 = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    private static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

    private final LiveTls.Generation generation;
    private final Map<String, List<X509Certificate>> authorities;
    private final ManifestMaterial.Snapshot manifests;
    private final Clock clock;
    private final Executor makers;
    private final Map<Key, CompletableFuture<SslContext>> contexts = new ConcurrentHashMap<>();

    EndpointContexts(
            LiveTls.Generation generation,
            Map<String, List<X509Certificate>> authorities,
            ManifestMaterial.Snapshot manifests,
            Clock clock,
            Executor makers) {
        this.generation = generation;
        this.authorities = authorities;
        this.manifests = manifests;
        this.clock = clock;
        this.makers = makers;
    }

    /** @param protocol what is offered by ALPN; empty for nothing */
    private record Key(EndpointTls settings, String protocol) {}

    /** Whether these are made of what is in force. */
    @SuppressWarnings("ReferenceEquality") // both are replaced, never changed
    boolean isOf(
            LiveTls.Generation now,
            Map<String, List<X509Certificate>> nowAuthorities,
            ManifestMaterial.Snapshot nowManifests) {
        return generation == now && authorities == nowAuthorities && manifests == nowManifests;
    }

    /** The context for an endpoint; fails when documents name authorities that this node does not know. */
    CompletableFuture<SslContext> of(EndpointTls settings, String protocol) {
        return contexts.computeIfAbsent(
                new Key(settings.withoutServerName(), protocol),
                key -> CompletableFuture.supplyAsync(() -> build(key), makers));
    }

    private SslContext build(Key key) {
        EndpointTls settings = key.settings();
        boolean named = !settings.unsafeSkipVerify()
                && settings.spiffeId() == null
                && settings.manifest().names().isEmpty();
        List<String> ciphers = new ArrayList<>(CipherOrder.TLS13);
        ciphers.addAll(TLS12);
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .keyStoreType(KeyStores.IN_MEMORY)
                    .sslProvider(PROVIDER)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(ciphers)
                    .endpointIdentificationAlgorithm(named ? "HTTPS" : "")
                    .trustManager(ServerTrust.of(settings, trusted(settings), clock))
                    .applicationProtocolConfig(offered(key.protocol()));
            showCertificate(builder, settings);
            if (PROVIDER == SslProvider.OPENSSL) {
                builder.option(OpenSslContextOption.GROUPS, GROUPS).option(OpenSslContextOption.USE_TASKS, true);
            }
            SslContext context = builder.build();
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                // a resumed session skips the trust manager
                sessions.setSessionCacheEnabled(false);
            }
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS to endpoints: " + e.getMessage(), e);
        }
    }

    private static ApplicationProtocolConfig offered(String protocol) {
        return protocol.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocol);
    }

    private void showCertificate(SslContextBuilder builder, EndpointTls settings) {
        String name = settings.manifest().clientCertificate();
        if (name != null) {
            ManifestMaterial.Owned owned = manifests.certificates().get(name);
            if (owned == null) {
                throw new IllegalStateException(
                        "client certificate '" + name + "': the manifests have none that can be used");
            }
            builder.keyManager(owned.key(), owned.chain());
        } else if (settings.clientCertificate()) {
            KeyMaterial own = generation.material();
            builder.keyManager(own.key(), own.chain());
        }
    }

    private @Nullable List<X509Certificate> trusted(EndpointTls settings) {
        return switch (settings.authorities()) {
            case EndpointTls.SYSTEM -> null;
            case EndpointTls.BUNDLE -> generation.material().bundle();
            default -> named(settings.authorities());
        };
    }

    private List<X509Certificate> named(String name) {
        List<X509Certificate> found = authorities.get(name);
        if (found == null) {
            found = manifests.authorities().get(name);
        }
        if (found == null) {
            throw new IllegalStateException("authorities '" + name + "': this node's endpointTls.authorities has "
                    + (authorities.isEmpty() ? "none" : "only " + String.join(", ", authorities.keySet())));
        }
        return found;
    }
}
