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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which node names of the fabric are given to whom, a file for each: a name means one node in one site. */
public final class IssuedBook {
    /** Certificates begin that much before they are made, at most. */
    private static final Duration BACKDATED_MAX = Duration.ofMinutes(5);

    private final Path folder;

    /** @param authority the authority's folder */
    public IssuedBook(Path authority) {
        this.folder = authority.resolve("issued");
    }

    /**
     * The last identity that a node was given.
     *
     * @param how what it was given for: a token's id, a renewal, or the fabric's beginning
     * @param marks which certificates may be renewed
     */
    public record Issued(SpiffeId id, String serial, Instant notAfter, String how, Marks marks) {
        /**
         * Whether a valid certificate is one that may be renewed: the last, the one that the last replaced, for a node that stopped before it
         * had written its files, or one that is newer than this note, for an authority that was restored from a copy.
         */
        boolean renews(X509Certificate leaf) {
            String shown = serialOf(leaf);
            return shown.equals(serial)
                    || shown.equals(marks.replaced())
                    || leaf.getNotBefore().toInstant().isAfter(marks.until());
        }
    }

    /**
     * What tells a certificate that may be renewed.
     *
     * @param replaced the serial of the one that was shown for the last; empty when a token was
     * @param until the last had been given by then
     */
    record Marks(String replaced, Instant until) {}

    /**
     * Notes what was given to somebody who had no certificate: no other may be renewed from here on.
     *
     * @throws EnrolmentException if the disk does not take it
     */
    public void note(SpiffeId id, X509Certificate leaf, String how) throws EnrolmentException {
        note(id, leaf, how, null);
    }

    /** Notes what was given in place of {@code replaced}, if there was one. */
    void note(SpiffeId id, X509Certificate leaf, String how, @Nullable X509Certificate replaced)
            throws EnrolmentException {
        NodeName node = Objects.requireNonNull(id.gatewayNode(), "gateways only");
        String text = new Lines()
                .add("id", id.toString())
                .add("serial", serialOf(leaf))
                .add("replaced", replaced == null ? "" : serialOf(replaced))
                .add("until", until(node, leaf).getEpochSecond())
                .add("not-after", leaf.getNotAfter().toInstant().getEpochSecond())
                .add("how", how)
                .text();
        try {
            PemWriter.secret(folder.resolve(node.value()), text);
        } catch (PkiException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static String serialOf(X509Certificate leaf) {
        return leaf.getSerialNumber().toString(16);
    }

    /** Never back, even if the clock went back. */
    private Instant until(NodeName node, X509Certificate leaf) throws EnrolmentException {
        Instant given = leaf.getNotBefore().toInstant().plus(BACKDATED_MAX);
        Issued before = find(node);
        return before == null || before.marks().until().isBefore(given)
                ? given
                : before.marks().until();
    }

    /** Who has a name, or null. */
    @Nullable
    Issued find(NodeName node) throws EnrolmentException {
        return read(folder.resolve(node.value()));
    }

    /**
     * Whose last identity is valid still and was given before some time.
     *
     * @throws EnrolmentException if the notes cannot be read
     */
    public List<String> olderThan(Instant time, Instant now) throws EnrolmentException {
        List<String> older = new ArrayList<>();
        for (Issued one : all()) {
            if (one.notAfter().isAfter(now) && given(one).isBefore(time)) {
                older.add(one.id().toString());
            }
        }
        return older;
    }

    /**
     * The longest time for which the last identity of a node was given; zero without any.
     *
     * @throws EnrolmentException if the notes cannot be read
     */
    public Duration longest() throws EnrolmentException {
        Duration longest = Duration.ZERO;
        for (Issued one : all()) {
            Duration time = Duration.between(given(one), one.notAfter());
            longest = time.compareTo(longest) > 0 ? time : longest;
        }
        return longest;
    }

    private Instant given(Issued one) throws EnrolmentException {
        Path file = folder.resolve(String.valueOf(one.id().gatewayNode()));
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, file + ": " + e, e);
        }
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

    /** Notes of before there was such a line let nothing newer pass. */
    private static Instant until(Lines lines) {
        return lines.all("until").isEmpty()
                ? Instant.ofEpochSecond(lines.number("not-after"))
                : Instant.ofEpochSecond(lines.number("until"));
    }

    private static @Nullable Issued read(Path file) throws EnrolmentException {
        try {
            Lines lines = Lines.parse(Files.readAllBytes(file));
            return new Issued(
                    SpiffeId.parse(lines.one("id")),
                    lines.orEmpty("serial"),
                    Instant.ofEpochSecond(lines.number("not-after")),
                    lines.orEmpty("how"),
                    new Marks(lines.orEmpty("replaced"), until(lines)));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | IllegalArgumentException e) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE, file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
