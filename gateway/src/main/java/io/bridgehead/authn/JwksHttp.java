package io.bridgehead.authn;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Key sets of HTTP servers, over connections of its own: no redirects, no proxy of the environment, the server's certificate checked for its name.
 *
 * <p><b>Limits</b>: {@value #CONNECT_SECONDS} s to connect, {@value #WHOLE_SECONDS} s for the whole, and as many bytes as {@link JwksKeys} takes.
 */
final class JwksHttp implements JwksReader {
    private static final int CONNECT_SECONDS = 3;
    private static final int WHOLE_SECONDS = 8;
    private static final int OK = 200;

    private final JwksSource.Url source;
    private final HttpClient client;

    private JwksHttp(JwksSource.Url source, HttpClient client) {
        this.source = source;
        this.client = client;
    }

    /**
     * Reads the authorities, and asks nobody yet.
     *
     * @param workers where answers are read
     * @throws IllegalArgumentException if the file of the authorities cannot be used
     */
    static JwksHttp of(JwksSource.Url source, Executor workers) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(workers);
        Path authorities = source.authorities();
        if (authorities != null) {
            client.sslContext(trusting(authorities));
        }
        return new JwksHttp(source, client.build());
    }

    /** Trusts those in a PEM file alone; throws IllegalArgumentException if it cannot be used. */
    static SSLContext trusting(Path file) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate certificate : PemFile.read(file).certificates()) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (MaterialException | GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("authorities " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<byte[]> read() {
        HttpRequest request = HttpRequest.newBuilder(source.url())
                .header("Accept", "application/jwk-set+json, application/json")
                .timeout(Duration.ofSeconds(WHOLE_SECONDS))
                .build();
        CompletableFuture<HttpResponse<byte[]>> call = client.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), JwksKeys.BYTES_MAX));
        return call.copy().orTimeout(WHOLE_SECONDS, TimeUnit.SECONDS).handle((answer, failure) -> {
            if (failure != null) {
                call.cancel(true);
                throw new CompletionException(new IOException(words(failure), failure));
            }
            if (answer.statusCode() != OK) {
                throw new CompletionException(new IOException("answered " + answer.statusCode() + ": expected 200"));
            }
            return answer.body();
        });
    }

    private static String words(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return "no answer within " + WHOLE_SECONDS + " s";
        }
        String message = message(cause);
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** The innermost that says anything. */
    private static @Nullable String message(Throwable failure) {
        String found = failure.getMessage();
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            found = cause.getMessage() == null ? found : cause.getMessage();
        }
        return found;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
