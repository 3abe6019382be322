package io.bridgehead.config.manifest.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What files were read as, so that of ten thousand only the changed ones are read again, and so that a file that is no YAML any more
 * (half written, perhaps) keeps what it said before. Forgets the files that {@link #retain} does not name.
 */
@OwnedBy(Owner.CONFINED)
public final class ManifestMemory {
    private final Map<String, Known> files = new HashMap<>();

    /** What a text was read as. */
    record Known(String text, List<Item> items, Problems problems) {}

    /**
     * One thing that stands in a file: a manifest, or a document of the product's own.
     *
     * @param name where its name stands
     */
    record Item(@Nullable Manifest manifest, @Nullable Document document, Place name) {}

    /** What this text was read as; null when it is not known. */
    @Nullable
    Known recall(String file, String text) {
        Known known = files.get(file);
        return known != null && known.text.equals(text) ? known : null;
    }

    /** What a file said when it could be read last; nothing when it never could. */
    List<Item> lastOf(String file) {
        Known known = files.get(file);
        return known == null ? List.of() : known.items;
    }

    void remember(String file, Known known) {
        files.put(file, known);
    }

    /** Forgets all other files. */
    public void retain(Collection<String> names) {
        files.keySet().retainAll(Set.copyOf(names));
    }
}
