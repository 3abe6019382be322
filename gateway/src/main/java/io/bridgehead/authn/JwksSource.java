package io.bridgehead.authn;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the keys of an issuer come from. */
public sealed interface JwksSource {
    /** A file, which is looked at every second. */
    record File(Path path) implements JwksSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A server.
     *
     * @param refreshMillis between one answer and the next question
     * @param authorities PEM file of those who may vouch for the server's certificate; null for those of the platform
     */
    record Url(URI url, long refreshMillis, @Nullable Path authorities) implements JwksSource {
        @Override
        public String toString() {
            return url.toString();
        }
    }
}
