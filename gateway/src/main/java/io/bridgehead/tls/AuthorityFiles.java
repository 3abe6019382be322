package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Authorities in PEM files, each under the name that documents call it by. A file that changes is taken up; one that cannot be
 * used leaves what was read before.
 *
 * <p><b>Threads</b>: {@link #current} from any; {@link #poll} from one that may wait for the file system.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class AuthorityFiles {
    private final Map<String, Path> files;
    private final TlsObserver observer;
    private volatile Map<String, List<X509Certificate>> current;
    private @Nullable String reported;

    private AuthorityFiles(Map<String, Path> files, Map<String, List<X509Certificate>> first, TlsObserver observer) {
        this.files = files;
        this.current = first;
        this.observer = observer;
    }

    /** No authorities. */
    public static AuthorityFiles none() {
        return new AuthorityFiles(Map.of(), Map.of(), TlsObserver.silent());
    }

    /**
     * Reads the files at start.
     *
     * @param observer is told, once for each content, of a change that cannot be used
     * @throws MaterialException for the first that cannot be read
     */
    public static AuthorityFiles load(Map<String, Path> files, TlsObserver observer) throws MaterialException {
        Map<String, Path> copy = Map.copyOf(files);
        return new AuthorityFiles(copy, read(copy), observer);
    }

    /** The certificates by name; another map, and not an equal one, whenever a file has changed. */
    public Map<String, List<X509Certificate>> current() {
        return current;
    }

    /** Looks for changes. Never throws for what the files contain. */
    public void poll() {
        if (files.isEmpty()) {
            return;
        }
        try {
            Map<String, List<X509Certificate>> found = read(files);
            reported = null;
            if (!found.equals(current)) {
                current = found;
            }
        } catch (MaterialException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(reported)) {
                reported = message;
                observer.refused(e);
            }
        }
    }

    private static Map<String, List<X509Certificate>> read(Map<String, Path> files) throws MaterialException {
        Map<String, List<X509Certificate>> read = new HashMap<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            read.put(file.getKey(), PemFile.read(file.getValue()).certificates());
        }
        return Map.copyOf(read);
    }
}
