package io.bridgehead.config.manifest.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentId;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestMemory.Item;
import io.bridgehead.config.manifest.read.ManifestMemory.Known;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Value;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.config.schema.YamlReader;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a set of manifests, and documents of the product's own form among them, from any number of texts in YAML or JSON: {@link #add}
 * each, then ask for the {@link #result}. A document that an API server would refuse is left out alone, with every problem that it
 * has; the others stand. A text that is no YAML is left out whole, and what its file said before stands instead. Of two of one name the
 * first stands.
 *
 * <p>Bounds: 16 MiB for one text, 100,000 manifests and documents in all.
 */
@OwnedBy(Owner.CONFINED)
public final class ManifestReader {
    /** Largest text, in bytes. */
    public static final int BYTES_MAX = 16 << 20;

    private static final int ITEMS_MAX = 100_000;

    private final ManifestMemory memory;
    private final Problems problems = new Problems();
    private final List<Manifest> manifests = new ArrayList<>();
    private final List<Document> documents = new ArrayList<>();
    private final Map<String, Place> names = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();
    private int counted;

    /** Remembers nothing. */
    public ManifestReader() {
        this(new ManifestMemory());
    }

    /** Reads only what the memory does not know. */
    public ManifestReader(ManifestMemory memory) {
        this.memory = memory;
    }

    /** Reads one text alone. */
    public static ManifestReading read(String file, String text) {
        return new ManifestReader()
                .add(file, text.getBytes(StandardCharsets.UTF_8))
                .result();
    }

    /** Whether a document is of a kind and version that is read as a manifest. */
    public static boolean isManifest(YamlDocument document) {
        Value.Text version = document.scalar("apiVersion");
        Value.Text kind = document.scalar("kind");
        return version != null && kind != null && Forms.find(version.text(), kind.text()) != null;
    }

    /** Reads one manifest that stands alone; null when it would be refused, for problems that were added. */
    public static @Nullable Manifest readOne(YamlDocument document, Problems problems) {
        int before = problems.size();
        ManifestText text = new ManifestText(problems);
        text.take(document);
        boolean refused = problems.size() > before || text.items().size() != 1;
        return refused ? null : text.items().getFirst().manifest();
    }

    /** Adds what stands in one file; {@code file} is what messages call it. */
    public ManifestReader add(String file, byte[] bytes) {
        String text = YamlReader.decode(file, bytes, BYTES_MAX, problems);
        return text == null ? leaveOut(file) : add(file, text);
    }

    /** Adds what stands in a text that is known to be one. */
    public ManifestReader add(String file, String text) {
        Known known = memory.recall(file, text);
        if (known == null) {
            Problems ofFile = new Problems();
            ManifestText parsed = new ManifestText(ofFile);
            if (!YamlReader.readEach(file, text, BYTES_MAX, parsed.syntax(), parsed::take)) {
                problems.addAll(parsed.syntax());
                return leaveOut(file);
            }
            ofFile.addAll(parsed.syntax());
            known = new Known(text, parsed.items(), ofFile);
            memory.remember(file, known);
        }
        problems.addAll(known.problems());
        known.items().forEach(this::add);
        return this;
    }

    /** Says that a file cannot be read; what it said before stands. */
    public ManifestReader addUnreadable(String file, Problem problem) {
        problems.add(problem);
        return leaveOut(file);
    }

    /** Adds a problem that belongs to no one file. */
    public ManifestReader add(Problem problem) {
        problems.add(problem);
        return this;
    }

    /** Everything that stands, and every problem. */
    public ManifestReading result() {
        return new ManifestReading(manifests, documents, problems.list(), problems.notices(), unreadable);
    }

    private ManifestReader leaveOut(String file) {
        unreadable.add(file);
        memory.lastOf(file).forEach(this::add);
        return this;
    }

    private void add(Item item) {
        counted++;
        if (counted > ITEMS_MAX) {
            if (counted == ITEMS_MAX + 1) {
                problems.add(Problem.at(item.name(), "", "more manifests", "at most " + ITEMS_MAX + " in all", null));
            }
            return;
        }
        Manifest manifest = item.manifest();
        Document document = item.document();
        if (manifest != null) {
            String id = manifest.id().group() + "/" + manifest.id();
            if (isFirst(id, manifest.id().toString(), "each once", item)) {
                manifests.add(manifest);
            }
        } else if (document != null) {
            DocumentId id = document.id();
            if (isFirst(id.toString(), id.name(), "a name of its own for each " + id.kind(), item)) {
                documents.add(document);
            }
        }
    }

    private boolean isFirst(String id, String shown, String expected, Item item) {
        Place first = names.putIfAbsent(id, item.name());
        if (first == null) {
            return true;
        }
        problems.add(Problem.at(
                item.name(), "metadata.name", "'" + shown + "' twice", expected, "the first is at " + first));
        return false;
    }
}
