package io.bridgehead.identity;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which node names of the fabric are given to whom, a file for each: a name means one node in one site. */
public final class IssuedBook {
    private final Path folder;

    /** @param authority the authority's folder */
    public IssuedBook(Path authority) {
        this.folder = authority.resolve("issued");
    }

    /**
     * The last identity that a node was given.
     *
     * @param how what it was given for: a token's id, a renewal, or the fabric's beginning
     */
    public record Issued(SpiffeId id, String serial, Instant notAfter, String how) {}

    /** @throws EnrolmentException if the disk does not take it */
    public void note(SpiffeId id, X509Certificate leaf, String how) throws EnrolmentException {
        NodeName node = Objects.requireNonNull(id.gatewayNode(), "gateways only");
        String text = new Lines()
                .add("id", id.toString())
                .add("serial", leaf.getSerialNumber().toString(16))
                .add("not-after", leaf.getNotAfter().toInstant().getEpochSecond())
                .add("how", how)
                .text();
        try {
            PemWriter.secret(folder.resolve(node.value()), text);
        } catch (PkiException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Who has a name, or null. */
    @Nullable
    Issued find(NodeName node) throws EnrolmentException {
        return read(folder.resolve(node.value()));
    }

    /** All nodes, by name. */
    public List<Issued> all() throws EnrolmentException {
        List<Issued> all = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, file -> NodeName.isValid(String.valueOf(file.getFileName())))) {
            for (Path file : files) {
                Issued issued = read(file);
                if (issued != null) {
                    all.add(issued);
                }
            }
        } catch (IOException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, folder + ": " + e, e);
        }
        all.sort(Comparator.comparing(issued -> issued.id().toString()));
        return all;
    }

    private static @Nullable Issued read(Path file) throws EnrolmentException {
        try {
            Lines lines = Lines.parse(Files.readAllBytes(file));
            return new Issued(
                    SpiffeId.parse(lines.one("id")),
                    lines.orEmpty("serial"),
                    Instant.ofEpochSecond(lines.number("not-after")),
                    lines.orEmpty("how"));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | IllegalArgumentException e) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE, file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
