package io.bridgehead.app.publish;

import java.io.IOException;

/** Is told what became of folders; called on any thread. */
public interface FolderObserver {
    /** A folder is at something else than before. */
    void folderChanged(FolderStatus status);

    /** What a folder and its source have in common could not be kept for the next start. */
    void folderNotRemembered(String source, IOException problem);
}
