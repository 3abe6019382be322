package io.bridgehead.app.publish;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a folder is, for people.
 *
 * @param revision the head of its source when it was last compared; null when there was none
 * @param signedBy who signed that
 * @param details why it is so: a sentence, or a problem with file, line and column, each
 */
public record FolderStatus(
        String source,
        Path path,
        FolderState state,
        @Nullable String revision,
        @Nullable String signedBy,
        List<String> details) {
    public FolderStatus {
        details = List.copyOf(details);
    }

    /** Each thing that a person has to do something about, as a sentence. */
    public List<String> problems() {
        String what = "folder " + path + " (source '" + source + "'): ";
        return state.isProblem() ? details.stream().map(detail -> what + detail).toList() : List.of();
    }
}
