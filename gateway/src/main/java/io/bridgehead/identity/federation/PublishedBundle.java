package io.bridgehead.identity.federation;

import io.bridgehead.authn.BundleDocument;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * The bundle of the own trust domain as others fetch it. Its sequence is the time in seconds at which this node first had it, and always more than the one
 * before; it is kept on the disk, so that a restart changes nothing. Authorities with keys that a bundle cannot hold are left out.
 *
 * <p><b>Threads</b>: {@link #get} any; it follows the material on the thread that swaps it.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class PublishedBundle implements Supplier<byte[]> {
    private final Path file;
    private final Duration refreshHint;
    private final Clock clock;
    private final FederationObserver observer;
    private volatile byte[] json = {};
    private List<X509Certificate> published = List.of();
    private long sequence;

    /**
     * @param file where the sequence is kept
     * @param observer is told of authorities that are left out
     */
    public PublishedBundle(Path file, Duration refreshHint, LiveTls live, Clock clock, FederationObserver observer) {
        this.file = file;
        this.refreshHint = refreshHint;
        this.clock = clock;
        this.observer = observer;
        follow(live.current());
        Runnable _ = live.subscribe(this::follow);
    }

    /** The document; nobody changes it. */
    @Override
    public byte[] get() {
        return json;
    }

    private synchronized void follow(LiveTls.Generation generation) {
        List<X509Certificate> anchors = generation.material().bundle();
        if (!anchors.equals(published)) {
            List<X509Certificate> held =
                    anchors.stream().filter(BundleDocument::canHold).toList();
            published = anchors;
            // A bundle without any would say that nobody is to be trusted.
            if (!held.isEmpty() || anchors.isEmpty()) {
                sequence = sequenceOf(new BundleDocument(held, null, null).toJson());
                json = new BundleDocument(held, sequence, refreshHint).toJson();
            }
            anchors.stream()
                    .filter(anchor -> !held.contains(anchor))
                    .forEach(anchor -> observer.authorityNotPublished(
                            anchor.getSubjectX500Principal().toString(),
                            anchor.getPublicKey().getAlgorithm()));
        }
    }

    /** What cannot be kept is only less stable: the clock goes on. */
    private long sequenceOf(byte[] content) {
        String hash = hash(content);
        long now = clock.instant().getEpochSecond();
        long next = Math.max(now, sequence + 1);
        try {
            String[] kept = Files.readString(file).strip().split(" ", -1);
            if (kept.length == 2) {
                long last = Long.parseLong(kept[1]);
                if (kept[0].equals(hash)) {
                    return last;
                }
                next = Math.max(next, last + 1);
            }
        } catch (NoSuchFileException e) {
            // It is the first time.
        } catch (IOException | NumberFormatException e) {
            next = Math.max(next, now);
        }
        try {
            PemWriter.secret(file, hash + " " + next + "\n");
        } catch (PkiException e) {
            return next;
        }
        return next;
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
