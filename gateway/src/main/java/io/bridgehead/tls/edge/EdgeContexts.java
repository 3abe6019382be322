package io.bridgehead.tls.edge;

import io.bridgehead.tls.KeyStores;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.handshake.CipherOrder;
import io.bridgehead.tls.handshake.Resumption;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The Netty contexts of one generation of a listener's material, one for each certificate, and the choice among them.
 *
 * <p>Life cycle: native memory is counted. Whoever uses the contexts holds them between {@link #acquire} and {@link #release}; the
 * maker's own hold ends with the generation. Engines keep their context alive by themselves.
 */
final class EdgeContexts {
    private static final int CERTIFICATE_LIST_BYTES_MAX = 32 * 1024;
    private static final byte[] SESSION_ID_CONTEXT = "bridgehead-edge".getBytes(StandardCharsets.US_ASCII);

    private final Terms terms;
    private final EdgeMaterial material;
    private final ClientTrust clientTrust;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> exact = new HashMap<>();
    private final Map<String, Entry> wildcards = new HashMap<>();
    private final AtomicInteger holds = new AtomicInteger(1);

    /** What stays the same over all generations. */
    record Terms(
            EdgeTlsSettings settings,
            SslProvider provider,
            List<String> groups,
            List<String> applicationProtocols,
            Executor handshakeTasks) {}

    /** A certificate with its context. */
    record Entry(EdgeCertificate certificate, SslContext context) {}

    /** @throws MaterialException if the TLS library cannot use a certificate; nothing is left behind then */
    EdgeContexts(Terms terms, EdgeMaterial material, ClientTrust clientTrust) throws MaterialException {
        this.terms = terms;
        this.material = material;
        this.clientTrust = clientTrust;
        for (EdgeCertificate certificate : material.certificates()) {
            try {
                add(new Entry(certificate, build(certificate)));
            } catch (SSLException | RuntimeException e) {
                release();
                throw new MaterialException.Malformed(
                        certificate.file(),
                        "a certificate that " + terms.provider() + " cannot use (" + e.getMessage() + ")",
                        "certificate and key of a kind that this TLS library knows",
                        "have it issued with a P-256 or an RSA key",
                        e);
            }
        }
    }

    private void add(Entry entry) {
        entries.add(entry);
        entry.certificate().names().exact().forEach(name -> exact.putIfAbsent(name, entry));
        entry.certificate().names().wildcards().forEach(suffix -> wildcards.putIfAbsent(suffix, entry));
    }

    EdgeMaterial material() {
        return material;
    }

    ClientTrust clientTrust() {
        return clientTrust;
    }

    /** Takes a hold; false when the contexts have already been given up. */
    boolean acquire() {
        return holds.getAndUpdate(held -> held == 0 ? 0 : held + 1) > 0;
    }

    void release() {
        if (holds.decrementAndGet() == 0) {
            entries.forEach(entry -> ReferenceCountUtil.release(entry.context()));
        }
    }

    /** The certificate for a server name: its own, else that of the wildcard, else the first one. */
    Entry choose(@Nullable String serverName) {
        if (serverName == null || entries.size() == 1) {
            return entries.getFirst();
        }
        String name = serverName.toLowerCase(Locale.ROOT);
        Entry own = exact.get(name);
        if (own != null) {
            return own;
        }
        int dot = name.indexOf('.');
        Entry wild = dot > 0 ? wildcards.get(name.substring(dot)) : null;
        return wild != null ? wild : entries.getFirst();
    }

    /** A handler for one connection. Call only while holding. */
    SslHandler newHandler(Entry entry, ByteBufAllocator allocator, long nowMillis) {
        boolean asks = terms.settings().asksClients();
        SslHandler handler = asks
                ? entry.context().newHandler(allocator, terms.handshakeTasks())
                : entry.context().newHandler(allocator);
        SSLEngine engine = handler.engine();
        if (asks) {
            Resumption.forbid(engine);
        } else {
            Resumption.allow(engine);
        }
        if (terms.provider() == SslProvider.JDK) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setNamedGroups(terms.groups().toArray(String[]::new));
            engine.setSSLParameters(parameters);
        }
        EdgeCertificate.Staple staple = entry.certificate().staple();
        if (staple != null && staple.isFresh(nowMillis) && engine instanceof ReferenceCountedOpenSslEngine it) {
            it.setOcspResponse(staple.response());
        }
        return handler;
    }

    private SslContext build(EdgeCertificate certificate) throws SSLException {
        EdgeTlsSettings settings = terms.settings();
        SslContextBuilder builder = SslContextBuilder.forServer(certificate.key(), certificate.chain())
                .keyStoreType(KeyStores.IN_MEMORY)
                .sslProvider(terms.provider())
                .protocols(settings.tls12() ? List.of("TLSv1.3", "TLSv1.2") : List.of("TLSv1.3"))
                .ciphers(CipherOrder.suites(settings.tls12()))
                .clientAuth(
                        switch (settings.clientCertificates()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL, UNCHECKED -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        })
                .applicationProtocolConfig(applicationProtocols());
        if (settings.asksClients()) {
            builder.trustManager(
                    settings.clientCertificates() == EdgeTlsSettings.ClientCertificates.UNCHECKED
                            ? clientTrust.unchecked()
                            : clientTrust.manager());
        }
        if (terms.provider() != SslProvider.JDK) {
            builder.option(OpenSslContextOption.GROUPS, terms.groups().toArray(String[]::new))
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, CERTIFICATE_LIST_BYTES_MAX)
                    .option(OpenSslContextOption.USE_TASKS, settings.asksClients())
                    .enableOcsp(certificate.staple() != null);
        }
        SslContext context = builder.build();
        if (settings.asksClients()) {
            Resumption.forbid(context, SESSION_ID_CONTEXT);
        }
        return context;
    }

    private ApplicationProtocolConfig applicationProtocols() {
        return terms.applicationProtocols().isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        terms.applicationProtocols());
    }
}
