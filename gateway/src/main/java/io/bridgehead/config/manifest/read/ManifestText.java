package io.bridgehead.config.manifest.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ManifestSource;
import io.bridgehead.config.manifest.read.ManifestMemory.Item;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.config.schema.Value;
import io.bridgehead.config.schema.YamlDocument;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the documents of one text, one after another. */
@OwnedBy(Owner.CONFINED)
final class ManifestText {
    private static final String OWN_GROUP = "bridgehead.io";
    private static final String LIST = "List";
    private static final String ITEMS = "items";

    private final Problems problems;
    private final Problems syntax = new Problems();
    private final List<Item> items = new ArrayList<>();
    private int syntaxSeen;

    /** Reads documents, whose problems it adds to these. */
    ManifestText(Problems problems) {
        this.problems = problems;
    }

    /** Where the parser says what is wrong; what is added while a document is parsed is that document's. */
    Problems syntax() {
        return syntax;
    }

    /** What stands in the text. */
    List<Item> items() {
        return List.copyOf(items);
    }

    /** Reads one document. */
    void take(YamlDocument document) {
        boolean clean = syntax.size() == syntaxSeen && !syntax.isFull();
        syntaxSeen = syntax.size();
        int before = items.size();
        take(document, document.root(), new DocumentSource(document.start(), document.text()), "");
        if (!clean) {
            items.subList(before, items.size()).clear();
        }
    }

    private void take(YamlDocument document, Value root, DocumentSource source, String within) {
        Problems own = new Problems();
        String version = word(root, "apiVersion", within, own);
        String kind = word(root, "kind", within, own);
        if (version != null && kind != null) {
            if (isList(version, kind) && within.isEmpty()) {
                takeItems(document, root, source, own);
            } else if (Forms.groupOf(version).equals(OWN_GROUP)) {
                takeOwn(document, root, within, own);
            } else {
                takeManifest(
                        root,
                        new ManifestSource(source, within, within.isEmpty() ? source.start() : root.place()),
                        version,
                        kind,
                        own);
            }
        }
        problems.addAll(own);
    }

    private static boolean isList(String version, String kind) {
        return (version.equals("v1") && kind.equals(LIST))
                || (kind.endsWith(LIST)
                        && Forms.find(version, kind.substring(0, kind.length() - LIST.length())) != null);
    }

    private void takeItems(YamlDocument document, Value root, DocumentSource source, Problems own) {
        Value.Entry entry = ((Value.Entries) root).find(ITEMS);
        if (entry == null) {
            return;
        }
        if (!(entry.value() instanceof Value.Items list)) {
            own.add(entry.value(), ITEMS, entry.value().shown(), "a list of manifests", null);
            return;
        }
        for (int i = 0; i < list.items().size(); i++) {
            take(document, list.items().get(i), source, ITEMS + "[" + i + "]");
        }
    }

    private void takeOwn(YamlDocument document, Value root, String within, Problems own) {
        if (!within.isEmpty()) {
            own.add(root, within, "a document of this product's own", "it outside of a list", null);
            return;
        }
        Document read = DocumentReader.read(document, own);
        if (read != null) {
            items.add(new Item(null, read, document.placeOf("metadata.name")));
        }
    }

    private void takeManifest(Value root, ManifestSource source, String version, String kind, Problems own) {
        Form form = Forms.find(version, kind);
        if (form == null) {
            judgeUnknown(root, source.within(), version, kind, own);
            return;
        }
        Manifest read = form.read(root, source, own);
        if (read != null) {
            Place name = new YamlDocument(root, "", root.place()).placeOf("metadata.name");
            items.add(new Item(read, null, name));
        }
    }

    /** Other kinds are none of this product's business, unless they look as if they were meant to be. */
    private static void judgeUnknown(Value root, String within, String version, String kind, Problems own) {
        List<String> versions = Forms.versions(kind);
        String group = Forms.groupOf(version);
        boolean ofGateways = group.equals(ManifestId.GATEWAY_GROUP) || group.equals(ManifestId.EXPERIMENTAL_GROUP);
        boolean sameGroup =
                versions.stream().anyMatch(known -> Forms.groupOf(known).equals(group));
        boolean ofCore = group.equals(ManifestId.CORE_GROUP);
        YamlDocument at = new YamlDocument(root, "", root.place());
        if (sameGroup || (!versions.isEmpty() && (ofGateways || ofCore))) {
            own.add(Problem.at(
                    at.placeOf("apiVersion"),
                    path(within, "apiVersion"),
                    Problem.quoted(version),
                    "one of " + String.join(", ", versions) + " for kind " + kind,
                    null));
        } else if (ofGateways) {
            List<String> kinds = Forms.kinds(group);
            String hint = Forms.isKnownAndNotRead(kind)
                    ? "kind " + kind + " is not served by this version"
                    : Suggestion.question(kind, kinds);
            Problem problem = Problem.at(
                    at.placeOf("kind"),
                    path(within, "kind"),
                    Problem.quoted(kind),
                    "one of " + String.join(", ", kinds),
                    hint);
            if (Forms.isKnownAndNotRead(kind)) {
                own.notice(problem);
            } else {
                own.add(problem);
            }
        }
    }

    private static @Nullable String word(Value root, String key, String within, Problems own) {
        if (root instanceof Value.Refused) {
            return null;
        }
        if (!(root instanceof Value.Entries entries)) {
            if (key.equals("kind")) {
                own.add(root, within, "no manifest", "a mapping with the keys apiVersion, kind, metadata", null);
            }
            return null;
        }
        Value.Entry entry = entries.find(key);
        if (entry != null && entry.value() instanceof Value.Text text && !text.isNothing()) {
            return text.text();
        }
        if (entry == null || !(entry.value() instanceof Value.Refused)) {
            String expected = key.equals("kind") ? "a kind, such as HTTPRoute" : "an API version, such as v1";
            own.add(
                    entry == null ? root : entry.value(),
                    path(within, key),
                    entry == null ? null : entry.value().shown(),
                    expected,
                    null);
        }
        return null;
    }

    private static String path(String within, String key) {
        return within.isEmpty() ? key : within + "." + key;
    }
}
