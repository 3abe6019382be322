package io.bridgehead.cli.doctor;

import io.bridgehead.config.NodeConfig;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether there is room for what a node writes. */
final class DiskCheck {
    private static final long MIB = 1 << 20;
    private static final long FULL_MIB = 64;
    private static final long LITTLE_MIB = 512;

    private DiskCheck() {}

    static List<Finding> of(NodeConfig config) {
        Findings found = new Findings("disk");
        folder(found, "state", config.state());
        Path log = config.telemetry().accessLog().path();
        if (config.telemetry().accessLog().enabled() && log != null && log.getParent() != null) {
            folder(found, "access log", log.getParent());
        }
        return found.all();
    }

    private static void folder(Findings found, String use, Path folder) {
        String about = use + " " + folder;
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            FileStore store = Files.getFileStore(existing);
            long free = store.getUsableSpace() / MIB;
            if (store.isReadOnly()) {
                found.error(
                        about,
                        "the file system is read-only",
                        "mount it so that it can be written, or name another folder");
            } else if (free < FULL_MIB) {
                found.error(about, free + " MiB are free", "make room: changes cannot be kept over a restart");
            } else if (free < LITTLE_MIB) {
                found.warning(about, free + " MiB are free", "make room");
            } else {
                found.ok(about, free + " MiB are free");
            }
            if (!Files.isWritable(existing)) {
                found.note(
                        about,
                        "this user may not write there",
                        "see that the user that runs the node may: 'chown bridgehead " + existing + "'");
            }
        } catch (IOException e) {
            found.error(about, "cannot be looked at: " + e.getMessage(), "name a folder of a file system that answers");
        }
    }
}
