package io.bridgehead.config.read;

import io.bridgehead.config.Document;
import io.bridgehead.config.schema.Place;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What texts without problems were read as, so that of ten thousand documents only the changed ones are read again. Each file is
 * remembered with its last text; when there are too many all are forgotten and read once more.
 *
 * <p><b>Threads</b>: any.
 */
public final class DocumentMemory {
    static final int FILES_MAX = 40_000;

    private final ConcurrentMap<String, Known> files = new ConcurrentHashMap<>();

    /** A document and where its name stands. */
    record Named(Document document, Place name) {}

    private record Known(String text, List<Named> documents) {}

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
}
