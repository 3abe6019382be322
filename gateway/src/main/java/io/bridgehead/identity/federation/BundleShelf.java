package io.bridgehead.identity.federation;

import io.bridgehead.authn.BundleDocument;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps the last good bundle of each trust domain on the disk, each in a file whose time says when it was last fetched. Where it may wait. */
final class BundleShelf {
    private final Path folder;

    BundleShelf(Path folder) {
        this.folder = folder;
    }

    /** A bundle and when it was last known to be the newest. */
    record Kept(BundleDocument document, Instant fetched) {}

    /**
     * What is kept of a trust domain; null when there is nothing.
     *
     * @throws IOException if it cannot be read
     */
    @Nullable
    Kept find(TrustDomain trustDomain) throws IOException {
        Path file = file(trustDomain);
        try {
            BundleDocument document = BundleDocument.parse(Files.readAllBytes(file));
            return new Kept(document, Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Keeps a bundle letter by letter. Where that fails nothing is kept, so that no older one is found in its place.
     *
     * @param json in UTF-8
     * @throws IOException if the disk does not take it
     */
    void keep(TrustDomain trustDomain, byte[] json, Instant fetched) throws IOException {
        Path file = file(trustDomain);
        try {
            PemWriter.secret(file, new String(json, StandardCharsets.UTF_8));
            Files.setLastModifiedTime(file, FileTime.from(fetched));
        } catch (PkiException | IOException e) {
            throw new IOException(e.getMessage() + dropped(file), e);
        }
    }

    private static String dropped(Path file) {
        try {
            return Files.deleteIfExists(file) ? "; the older one there was removed" : "";
        } catch (IOException e) {
            return "; the older one there could not be removed either: " + e;
        }
    }

    /** The same bundle was fetched again. @return false when there is none any more */
    boolean touch(TrustDomain trustDomain, Instant fetched) throws IOException {
        try {
            Files.setLastModifiedTime(file(trustDomain), FileTime.from(fetched));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Path file(TrustDomain trustDomain) {
        return folder.resolve(trustDomain.value() + ".json");
    }
}
