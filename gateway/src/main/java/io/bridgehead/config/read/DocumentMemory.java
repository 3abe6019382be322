package io.bridgehead.config.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.schema.Place;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What texts without problems were read as, so that of ten thousand documents only the changed ones are read again. Each file is
 * remembered with its last text; when there are too many all are forgotten and read once more.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class DocumentMemory {
    static final int FILES_MAX = 40_000;

    /** More texts than these are not told apart one by one. */
    private static final int FEW = 100;

    private final ConcurrentMap<String, Known> files = new ConcurrentHashMap<>();

    /** A document and where its name stands. */
    record Named(Document document, Place name) {}

    private record Known(String text, List<Named> documents) {}

    private volatile @Nullable Together together;

    /** Texts by source and name, each of which is one document, and these documents in that order. */
    private record Together(SortedMap<String, SortedMap<String, String>> sources, List<Document> documents) {}

    /** What this text was read as; null when it is not known. */
    @Nullable
    List<Named> recall(String file, String text) {
        Known known = files.get(file);
        return known != null && known.text.equals(text) ? known.documents : null;
    }

    void remember(String file, String text, List<Named> documents) {
        if (files.size() >= FILES_MAX) {
            files.clear();
        }
        files.put(file, new Known(text, List.copyOf(documents)));
    }

    /**
     * What texts were read as that differ in a few from those that were read together last, and in none by name; null when they do not.
     *
     * @param sources texts by source and name
     * @param file what a text is called, by source and name
     */
    @Nullable
    List<Document> recallTogether(SortedMap<String, SortedMap<String, String>> sources, BinaryOperator<String> file) {
        Together known = together;
        if (known == null || !known.sources.keySet().equals(sources.keySet())) {
            return null;
        }
        List<Document> documents = new ArrayList<>(known.documents);
        Iterator<SortedMap<String, String>> before = known.sources.values().iterator();
        int first = 0;
        int different = 0;
        for (Map.Entry<String, SortedMap<String, String>> source : sources.entrySet()) {
            SortedMap<String, String> texts = source.getValue();
            SortedMap<String, String> then = before.next();
            if (texts.size() != then.size()) {
                return null;
            }
            different += replace(source, then, documents.subList(first, first + texts.size()), file);
            if (different > FEW) {
                return null;
            }
            first += texts.size();
        }
        List<Document> read = List.copyOf(documents);
        together = new Together(sources, read);
        return read;
    }

    /** Puts in place what differs in a source. @return how much that is; more than a few when it cannot be told */
    @SuppressWarnings("ReferenceEquality")
    private int replace(
            Map.Entry<String, SortedMap<String, String>> source,
            SortedMap<String, String> before,
            List<Document> documents,
            BinaryOperator<String> file) {
        if (source.getValue() == before) {
            return 0;
        }
        int different = 0;
        int place = 0;
        Iterator<Map.Entry<String, String>> then = before.entrySet().iterator();
        for (Map.Entry<String, String> now : source.getValue().entrySet()) {
            Map.Entry<String, String> one = then.next();
            if (!one.getKey().equals(now.getKey())) {
                return FEW + 1;
            }
            if (!one.getValue().equals(now.getValue())) {
                different++;
                Document read = alone(file.apply(source.getKey(), now.getKey()), now.getValue());
                if (different > FEW
                        || read == null
                        || !read.id().equals(documents.get(place).id())) {
                    return FEW + 1;
                }
                documents.set(place, read);
            }
            place++;
        }
        return different;
    }

    /** The one document of a text; null when it has problems, or is not one. */
    private @Nullable Document alone(String file, String text) {
        new DocumentReader(this).add(file, text);
        List<Named> named = recall(file, text);
        return named == null || named.size() != 1 ? null : named.getFirst().document();
    }

    /** Each of these texts is one document; {@code documents} are in their order. */
    void remember(SortedMap<String, SortedMap<String, String>> sources, List<Document> documents) {
        together = new Together(sources, documents);
    }
}
