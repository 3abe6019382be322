package io.bridgehead.identity.federation;

import io.bridgehead.authn.BundleDocument;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SvidValidator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gets a bundle from its endpoint by HTTPS, as the SPIFFE Federation specification has it (sections 5.2.1.4 and 5.2.2.4): redirects are followed, under
 * the same proof. Blocks, {@value #WHOLE_SECONDS} s at most for all of it: names, connecting, TLS, heads and the bundle.
 */
final class BundleFetch {
    private static final int CONNECT_SECONDS = 5;
    static final int WHOLE_SECONDS = 20;
    private static final int REDIRECTS_MAX = 3;
    private static final int OK = 200;

    private final Executor reading;
    private final Duration whole;
    private final Function<TrustDomain, @Nullable SvidValidator> validators;

    /**
     * @param reading where answers are read
     * @param whole how long a bundle may take, {@value #WHOLE_SECONDS} s but in tests
     * @param validators judge endpoints of a trust domain by its latest bundle; null for one that is not known
     */
    BundleFetch(Executor reading, Duration whole, Function<TrustDomain, @Nullable SvidValidator> validators) {
        this.reading = reading;
        this.whole = whole;
        this.validators = validators;
    }

    /** @throws IOException saying what was found and what was expected */
    byte[] fetch(Federation from) throws IOException {
        URI at = from.endpoint();
        if (at == null) {
            throw new IOException("found no endpoint; expected one");
        }
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                .proxy(HttpClient.Builder.NO_PROXY)
                .sslContext(trust(from))
                .executor(reading)
                .build();
        try {
            return get(client, at, REDIRECTS_MAX).get(whole.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("found no end of the bundle; expected it within " + whole.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("found this node stopping; expected a bundle", e);
        } catch (ExecutionException e) {
            throw new IOException(words(e), e);
        } finally {
            client.shutdownNow();
        }
    }

    private static CompletableFuture<byte[]> get(HttpClient client, URI at, int redirects) {
        HttpRequest request =
                HttpRequest.newBuilder(at).header("Accept", "application/json").build();
        return client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BundleDocument.BYTES_MAX))
                .thenCompose(answer -> {
                    String location = answer.headers().firstValue("Location").orElse(null);
                    if (answer.statusCode() == OK) {
                        return CompletableFuture.completedFuture(answer.body());
                    }
                    if (!isRedirect(answer.statusCode()) || location == null) {
                        return failed(
                                at + " answered with status " + answer.statusCode() + "; expected 200 and a bundle");
                    }
                    if (redirects == 0) {
                        return failed("found more than " + REDIRECTS_MAX + " redirects; expected a bundle");
                    }
                    try {
                        return get(client, endpoint(at.resolve(location)), redirects - 1);
                    } catch (IllegalArgumentException e) {
                        return failed(at + " redirects: " + e.getMessage());
                    }
                });
    }

    private static CompletableFuture<byte[]> failed(String why) {
        return CompletableFuture.failedFuture(new IOException(why));
    }

    /** The outermost words of those who know what happened. */
    private static String words(ExecutionException failure) {
        Throwable cause = failure.getCause();
        while (cause != null
                && cause.getCause() != null
                && (cause.getMessage() == null || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        return cause == null
                ? "failed"
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /**
     * An address that bundles may come from.
     *
     * @throws IllegalArgumentException unless it is an https URL without user information and fragment
     */
    static URI endpoint(URI url) {
        boolean good = "https".equals(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))
                && url.getHost() != null
                && url.getRawUserInfo() == null;
        if (!good) {
            throw new IllegalArgumentException(
                    "found '" + url + "'; expected https://host/path without user information");
        }
        return url;
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private SSLContext trust(Federation from) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    from.profile() == Federation.Profile.HTTPS_SPIFFE
                            ? new TrustManager[] {bySvid(from)}
                            : byWeb(from.authorities()),
                    null);
            return context;
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The SPIFFE ID says who it is, and no name: this trust manager is asked alone. */
    private ChainTrust bySvid(Federation from) throws IOException {
        SpiffeId wanted = from.endpointId();
        SvidValidator validator = wanted == null ? null : validators.apply(wanted.trustDomain());
        if (wanted == null || validator == null) {
            throw new IOException("found no bundle of the endpoint's trust domain; expected one for " + wanted
                    + ": give the first in 'bundle', or federate with its trust domain");
        }
        return ChainTrust.inServers((chain, type, engine) -> {
            SpiffeId found = validator.validate(List.of(chain));
            if (!found.equals(wanted)) {
                throw new CertificateException("found endpoint " + found + "; expected " + wanted);
            }
        });
    }

    /** Null stands for the authorities of the platform. */
    private static TrustManager @Nullable [] byWeb(@Nullable Path authorities)
            throws GeneralSecurityException, IOException, MaterialException {
        if (authorities == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        List<X509Certificate> trusted = PemFile.read(authorities).authorities();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
