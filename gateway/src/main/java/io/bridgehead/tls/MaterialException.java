package io.bridgehead.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Key or trust material that cannot be used. The message names the file, what was found, what was expected and what to
 * do; the subclass says which kind of trouble it is.
 */
public abstract sealed class MaterialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    private MaterialException(Path file, String found, String expected, String remedy, @Nullable Throwable cause) {
        super(file + ": " + found + "; expected " + expected + "; " + remedy, cause);
        this.file = file;
    }

    /** The file that the message is about. */
    public final Path file() {
        return file;
    }

    /** The file is not there or cannot be read. */
    public static final class Missing extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Missing(Path file, String found, String expected, String remedy, Throwable cause) {
            super(file, found, expected, remedy, cause);
        }
    }

    /** The file is cut off, not PEM, or holds something else than it should. */
    public static final class Malformed extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Malformed(Path file, String found, String expected, String remedy, @Nullable Throwable cause) {
            super(file, found, expected, remedy, cause);
        }
    }

    /** The private key does not belong to the certificate. */
    public static final class Mismatched extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Mismatched(Path file, String found, String expected, String remedy) {
            super(file, found, expected, remedy, null);
        }
    }

    /** The certificate has expired or is not valid yet. */
    public static final class OutOfDate extends MaterialException {
        private static final long serialVersionUID = 1L;

        public OutOfDate(Path file, String found, String expected, String remedy, Throwable cause) {
            super(file, found, expected, remedy, cause);
        }
    }

    /** The certificate is not a valid X.509-SVID under the bundle that stands beside it. */
    public static final class Untrusted extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Untrusted(Path file, String found, String expected, String remedy, Throwable cause) {
            super(file, found, expected, remedy, cause);
        }
    }

    /** The certificate is valid but names somebody else. */
    public static final class WrongIdentity extends MaterialException {
        private static final long serialVersionUID = 1L;

        public WrongIdentity(Path file, String found, String expected, String remedy) {
            super(file, found, expected, remedy, null);
        }
    }

    /** A warning, never thrown: a list of revoked certificates does not take the place of a newer one. */
    public static final class Superseded extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Superseded(Path file, String found) {
            super(
                    file,
                    found,
                    "none that is older than the one in force, which stays",
                    "put the newer list there, or have its issuer date it anew",
                    null);
        }
    }

    /** A warning, never thrown: others than the owner and the group can read the key, or can change it. */
    public static final class Exposed extends MaterialException {
        private static final long serialVersionUID = 1L;

        public Exposed(Path file, String found, String expected, String remedy) {
            super(file, found, expected, remedy, null);
        }
    }
}
