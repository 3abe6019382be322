package io.bridgehead.identity;

import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an authority, each a file whose name says what became of it: {@code <id>.open}, {@code .used} or {@code .revoked}. To use one
 * is to rename it, which the file system lets happen once, and which is on the disk before {@link #use} returns.
 *
 * <p><b>Limits</b>: {@value #OPEN_MAX} open tokens; what is over is forgotten 30 days after it expired.
 */
final class TokenBook {
    static final int OPEN_MAX = 1000;
    private static final Duration REMEMBERED = Duration.ofDays(30);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{8,32}");

    private final Path folder;

    /** @param folder made when the first token is */
    TokenBook(Path folder) {
        this.folder = folder;
    }

    /** @throws EnrolmentException if there are too many, or the disk does not take it */
    void add(Ticket ticket, Instant now) throws EnrolmentException {
        List<Ticket> known = all();
        forget(known, now);
        long open = known.stream()
                .filter(one -> one.state() == Ticket.State.OPEN && one.expires().isAfter(now))
                .count();
        if (open >= OPEN_MAX) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE,
                    "found " + open + " open tokens; expected fewer than " + OPEN_MAX + ": revoke some");
        }
        write(ticket);
    }

    /** What is known of a token, or null. */
    @Nullable
    Ticket find(String id) throws EnrolmentException {
        if (!ID.matcher(id).matches()) {
            return null;
        }
        for (Ticket.State state : Ticket.State.values()) {
            Ticket found = read(id, state);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** All tokens that are remembered, the last to expire first. */
    List<Ticket> all() throws EnrolmentException {
        List<Ticket> all = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Ticket ticket = read(file);
                if (ticket != null) {
                    all.add(ticket);
                }
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
        all.sort(Comparator.comparing(Ticket::expires).reversed().thenComparing(Ticket::id));
        return all;
    }

    /**
     * Uses an open token up. When this returns nobody else can, not even after a loss of power.
     *
     * @param note by whom, for people
     * @throws EnrolmentException if somebody was faster
     */
    void use(Ticket ticket, String note) throws EnrolmentException {
        become(ticket, Ticket.State.USED, note);
    }

    /** Takes an open token back. */
    void revoke(Ticket ticket, String note) throws EnrolmentException {
        become(ticket, Ticket.State.REVOKED, note);
    }

    private void become(Ticket ticket, Ticket.State next, String note) throws EnrolmentException {
        Path open = file(ticket.id(), Ticket.State.OPEN);
        try {
            Files.move(open, file(ticket.id(), next), StandardCopyOption.ATOMIC_MOVE);
            PemWriter.settle(folder);
        } catch (NoSuchFileException e) {
            throw new EnrolmentException(
                    EnrolmentRefusal.TOKEN_USED, "token " + ticket.id() + ": somebody used it a moment ago", e);
        } catch (IOException e) {
            throw unavailable(e);
        }
        write(ticket.become(next, note));
    }

    private void forget(List<Ticket> known, Instant now) throws EnrolmentException {
        for (Ticket ticket : known) {
            if (ticket.expires().plus(REMEMBERED).isBefore(now)) {
                try {
                    Files.deleteIfExists(file(ticket.id(), ticket.state()));
                } catch (IOException e) {
                    throw unavailable(e);
                }
            }
        }
    }

    private void write(Ticket ticket) throws EnrolmentException {
        try {
            PemWriter.secret(file(ticket.id(), ticket.state()), ticket.text());
        } catch (PkiException e) {
            throw new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private @Nullable Ticket read(Path file) throws EnrolmentException {
        String name = String.valueOf(file.getFileName());
        for (Ticket.State state : Ticket.State.values()) {
            String end = "." + state.text();
            if (name.endsWith(end)
                    && ID.matcher(name.substring(0, name.length() - end.length()))
                            .matches()) {
                return read(name.substring(0, name.length() - end.length()), state);
            }
        }
        return null;
    }

    private @Nullable Ticket read(String id, Ticket.State state) throws EnrolmentException {
        try {
            return Ticket.read(id, state, Lines.parse(Files.readAllBytes(file(id, state))));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | IllegalArgumentException e) {
            throw new EnrolmentException(
                    EnrolmentRefusal.UNAVAILABLE, file(id, state) + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private Path file(String id, Ticket.State state) {
        return folder.resolve(id + "." + state.text());
    }

    private EnrolmentException unavailable(IOException e) {
        return new EnrolmentException(EnrolmentRefusal.UNAVAILABLE, folder + ": " + e, e);
    }
}
