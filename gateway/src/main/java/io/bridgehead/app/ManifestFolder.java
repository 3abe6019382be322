package io.bridgehead.app;

import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestFiles;
import io.bridgehead.config.manifest.read.ManifestMemory;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder of manifests and documents that is looked at again and again. Blocks; used by one task at a time. */
@OwnedBy(Owner.CONFINED)
final class ManifestFolder {
    /** Two writes within one tick of the file system's clock look alike, so what has just changed is read again for a while. */
    private static final long UNSETTLED_MILLIS = 2_000;

    private final Path folder;
    private final ManifestMemory memory = new ManifestMemory();
    private @Nullable ManifestReading last;
    private long print;
    private long changedMillis;

    ManifestFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder;
    }

    /**
     * Looks whether anything has changed.
     *
     * @param nowMillis the wall clock
     * @return what the folder says now; null when that is what it said before
     */
    @Nullable
    ManifestReading look(long nowMillis) {
        long now = ManifestFiles.fingerprint(List.of(folder));
        if (now != print || last == null) {
            changedMillis = nowMillis;
        } else if (nowMillis - changedMillis > UNSETTLED_MILLIS) {
            return null;
        }
        print = now;
        ManifestReading reading = ManifestFiles.read(List.of(folder), memory);
        if (reading.equals(last)) {
            return null;
        }
        last = reading;
        return reading;
    }
}
