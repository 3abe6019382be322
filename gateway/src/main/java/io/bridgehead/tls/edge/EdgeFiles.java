package io.bridgehead.tls.edge;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.SettledContent;
import io.bridgehead.tls.TlsObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificate files of one listener, compared by content whenever the owner asks.
 *
 * <p>State and threads as in {@link io.bridgehead.tls.MaterialFiles}.
 */
@OwnedBy(Owner.CONFINED)
final class EdgeFiles {
    private final EdgeTlsSettings settings;
    private final PairJudge judge;
    private final TlsObserver observer;
    private final SettledContent settled;

    EdgeFiles(EdgeTlsSettings settings, Clock clock, TlsObserver observer) {
        this.settings = settings;
        this.judge = new PairJudge(clock);
        this.observer = observer;
        this.settled = new SettledContent(observer);
    }

    /** Takes material into use; what it throws keeps the old in use. */
    interface Taker {
        void take(EdgeMaterial material) throws MaterialException;
    }

    /**
     * Reads the files.
     *
     * @throws MaterialException for the first thing that is wrong
     */
    EdgeMaterial load() throws MaterialException {
        Content content = read();
        EdgeMaterial material = judge(content);
        settled.taken(content.fingerprint());
        return material;
    }

    /**
     * Reads the files again because somebody asked: what is wrong is thrown at once.
     *
     * @return whether there was something new
     */
    boolean reload(Taker taker) throws MaterialException {
        Content content = read();
        if (settled.isInForce(content.fingerprint())) {
            return false;
        }
        accept(content, taker);
        return true;
    }

    /** Looks for a change; never throws for what the files contain. Returns whether something new was taken. */
    boolean poll(Taker taker) {
        String fingerprint = null;
        try {
            Content content = read();
            fingerprint = content.fingerprint();
            if (settled.isInForce(fingerprint)) {
                settled.forgive();
                return false;
            }
            accept(content, taker);
            return true;
        } catch (MaterialException e) {
            settled.refused(fingerprint, e);
            return false;
        }
    }

    private void accept(Content content, Taker taker) throws MaterialException {
        EdgeMaterial material = judge(content);
        taker.take(material);
        settled.taken(content.fingerprint());
        observer.edgeReloaded(settings.listener(), material.certificates().toString());
    }

    private Content read() throws MaterialException {
        List<Pair> pairs = new ArrayList<>();
        for (EdgeTlsSettings.Pair pair : settings.pairs()) {
            Path staple = pair.ocspStaple();
            pairs.add(new Pair(
                    PemFile.read(pair.certificate()),
                    PemFile.read(pair.key()),
                    staple == null ? null : PemFile.read(staple)));
        }
        Path authorities = settings.asksClients() ? settings.clientAuthorities() : null;
        Path revoked = settings.asksClients() ? settings.clientCrl() : null;
        return new Content(
                pairs,
                authorities == null ? null : PemFile.read(authorities),
                revoked == null ? null : PemFile.read(revoked));
    }

    private EdgeMaterial judge(Content content) throws MaterialException {
        List<EdgeCertificate> certificates = new ArrayList<>();
        for (Pair pair : content.pairs()) {
            certificates.add(judge.judge(pair.certificate(), pair.key(), pair.staple()));
            MaterialException.Exposed exposure = pair.key().exposure();
            if (exposure != null) {
                observer.warned(exposure);
            }
        }
        PemFile authorities = content.authorities();
        PemFile revoked = content.revoked();
        return new EdgeMaterial(
                List.copyOf(certificates),
                authorities == null ? null : authorities.authorities(),
                revoked == null ? List.of() : revoked.revocationLists());
    }

    private record Pair(
            PemFile certificate, PemFile key, @Nullable PemFile staple) {}

    private record Content(
            List<Pair> pairs,
            @Nullable PemFile authorities,
            @Nullable PemFile revoked) {
        String fingerprint() {
            List<@Nullable PemFile> files = new ArrayList<>();
            for (Pair pair : pairs) {
                files.add(pair.certificate());
                files.add(pair.key());
                files.add(pair.staple());
            }
            files.add(authorities);
            files.add(revoked);
            return SettledContent.fingerprint(files);
        }
    }
}
