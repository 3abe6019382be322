package io.bridgehead.authn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Key sets in files. Reads at once, on a thread that may wait for the file system. */
record JwksFile(Path path) implements JwksReader {
    @Override
    public CompletionStage<byte[]> read() {
        try {
            return CompletableFuture.completedStage(bytes());
        } catch (IOException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Reads it now; says why not in words. */
    byte[] bytes() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(JwksKeys.BYTES_MAX + 1);
        } catch (IOException e) {
            String why = switch (e) {
                case NoSuchFileException _ -> "there is no such file";
                case AccessDeniedException _ -> "it may not be read";
                default -> String.valueOf(e.getMessage());
            };
            throw new IOException(why, e);
        }
    }
}
