package io.bridgehead.app;

import io.bridgehead.app.publish.FolderState;
import io.bridgehead.app.publish.FolderStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the admin API says of this node's folders. */
final class FolderViews {
    private FolderViews() {}

    static JsonArray all(List<FolderStatus> folders) {
        JsonArray rows = new JsonArray();
        folders.forEach(folder -> rows.add(row(folder)));
        return rows;
    }

    /** By source, how each is in a word. */
    static SortedMap<String, String> states(List<FolderStatus> folders) {
        SortedMap<String, String> states = new TreeMap<>();
        folders.forEach(folder -> states.put(folder.source(), folder.state().text()));
        return states;
    }

    /** Those that people have to settle: the folder and its source were both changed. */
    static JsonArray conflicts(List<FolderStatus> folders) {
        return all(folders.stream()
                .filter(folder -> folder.state() == FolderState.CONFLICT)
                .toList());
    }

    private static JsonObject row(FolderStatus folder) {
        return new JsonObject()
                .put("source", folder.source())
                .put("path", folder.path().toString())
                .put("state", folder.state().text())
                .put("revision", folder.revision())
                .put("signedBy", folder.signedBy())
                .put("details", new JsonArray(folder.details()));
    }
}
