package io.bridgehead.control;

import io.bridgehead.config.DocumentId;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.sync.ActiveDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which source a name belongs to: the one that published it first, until it gives it up. */
public final class Claims {
    private Claims() {}

    /** The names that a source would take from others; each problem names both. */
    public static List<Problem> problems(ActiveDocuments active, String source, Map<String, String> texts) {
        List<Problem> problems = new ArrayList<>();
        active.sources().forEach((owner, owned) -> {
            if (!owner.equals(source)) {
                owned.keySet().stream()
                        .filter(texts::containsKey)
                        .forEach(name -> problems.add(problem(source, owner, name, texts.getOrDefault(name, ""))));
            }
        });
        return problems;
    }

    private static Problem problem(String source, String owner, String name, String text) {
        DocumentId id = DocumentId.parse(name);
        String path = "metadata.name";
        return Problem.at(
                new DocumentSource(new Place(source + ":" + name, 1, 1), text).place(path),
                path,
                Problem.quoted(id.name()) + " in source " + Problem.quoted(source),
                "a name that no other source has",
                name + " belongs to source " + Problem.quoted(owner)
                        + ": choose another name, or remove it there first");
    }
}
