package io.bridgehead.identity.federation;

import io.bridgehead.authn.BundleDocument;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SvidValidator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gets a bundle from its endpoint by HTTPS, as the SPIFFE Federation specification has it (sections 5.2.1.4 and 5.2.2.4): redirects are followed, under
 * the same proof. Blocks, half a minute at most.
 */
final class BundleFetch {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 5_000;
    private static final Duration WHOLE = Duration.ofSeconds(20);
    private static final int REDIRECTS_MAX = 3;
    private static final int OK = 200;

    private final Clock clock;
    private final Function<TrustDomain, @Nullable SvidValidator> validators;

    /** @param validators judge members of a trust domain by its latest bundle; null for one that is not known */
    BundleFetch(Clock clock, Function<TrustDomain, @Nullable SvidValidator> validators) {
        this.clock = clock;
        this.validators = validators;
    }

    /** @throws IOException saying what was found and what was expected */
    byte[] fetch(Federation from) throws IOException {
        URI at = from.endpoint();
        if (at == null) {
            throw new IOException("found no endpoint; expected one");
        }
        Instant until = clock.instant().plus(WHOLE);
        SSLSocketFactory trust = trust(from);
        for (int hops = 0; hops <= REDIRECTS_MAX; hops++) {
            HttpsURLConnection connection = open(at, trust, from.profile());
            try {
                int status = connection.getResponseCode();
                if (status == OK) {
                    return body(connection, until);
                }
                String location = connection.getHeaderField("Location");
                if (!isRedirect(status) || location == null) {
                    throw new IOException(at + " answered with status " + status + "; expected 200 and a bundle");
                }
                at = endpoint(at.resolve(location));
            } catch (IllegalArgumentException e) {
                throw new IOException(at + " redirects: " + e.getMessage(), e);
            } finally {
                connection.disconnect();
            }
        }
        throw new IOException("found more than " + REDIRECTS_MAX + " redirects; expected a bundle");
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

    private static HttpsURLConnection open(URI at, SSLSocketFactory trust, Federation.Profile profile)
            throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) at.toURL().openConnection();
        connection.setSSLSocketFactory(trust);
        if (profile == Federation.Profile.HTTPS_SPIFFE) {
            // The SPIFFE ID says who it is; the trust manager has judged it.
            connection.setHostnameVerifier((host, session) -> true);
        }
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setRequestProperty("Accept", "application/json");
        return connection;
    }

    private byte[] body(HttpsURLConnection connection, Instant until) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[16 * 1024];
        try (InputStream in = connection.getInputStream()) {
            int read;
            while ((read = in.read(part)) >= 0) {
                all.write(part, 0, read);
                if (all.size() > BundleDocument.BYTES_MAX) {
                    throw new IOException("found more than 1 MiB; expected a bundle");
                }
                if (clock.instant().isAfter(until)) {
                    throw new IOException("found no end of the bundle; expected it within " + WHOLE.toSeconds() + " s");
                }
            }
        }
        return all.toByteArray();
    }

    private SSLSocketFactory trust(Federation from) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    from.profile() == Federation.Profile.HTTPS_SPIFFE
                            ? new TrustManager[] {bySvid(from)}
                            : byWeb(from.authorities()),
                    null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

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
