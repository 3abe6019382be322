package io.bridgehead.app;

import io.bridgehead.app.publish.FolderObserver;
import io.bridgehead.app.publish.FolderStatus;
import io.bridgehead.telemetry.NodeLog;
import java.io.IOException;

/** Writes to the log what becomes of folders. */
final class FolderLog implements FolderObserver {
    private final NodeLog log;

    FolderLog(NodeLog log) {
        this.log = log;
    }

    @Override
    public void folderChanged(FolderStatus status) {
        String what = "folder " + status.path() + " (source '" + status.source() + "'): "
                + status.state().text();
        if (status.state().isProblem()) {
            status.details().forEach(detail -> log.warn(what + ": " + detail));
        } else {
            String head = status.revision() == null ? "" : ", revision " + status.revision();
            log.say(what
                    + head
                    + (status.details().isEmpty() ? "" : ": " + status.details().getFirst()));
        }
    }

    @Override
    public void folderNotRemembered(String source, IOException problem) {
        log.warn("folder of source '" + source + "': what it has in common with the source could not be kept ("
                + problem + "); it is known until the node ends");
    }
}
