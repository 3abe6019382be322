package io.bridgehead.config.schema;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML 1.2 into values with places: the door to the YAML parser.
 *
 * <p>Bounds: 1 MiB per file, depth 32, 10,000 documents. Aliases, tags and keys that are not scalars are refused, so what
 * a file makes in memory is never more than a small multiple of its size.
 */
public final class YamlReader {
    /** Largest file, in bytes. */
    public static final int BYTES_MAX = 1 << 20;
    /** Deepest nesting of lists and mappings. */
    public static final int DEPTH_MAX = 32;
    /** Most documents in one file, and in one set of files. */
    public static final int DOCUMENTS_MAX = 10_000;

    private YamlReader() {}

    /** Decodes a file: UTF-8, at most 1 MiB, a byte order mark is dropped. Null when there was a problem, which was added. */
    public static @Nullable String decode(String file, byte[] bytes, Problems problems) {
        return decode(file, bytes, BYTES_MAX, problems);
    }

    /** The same with a bound of its own, in bytes, a multiple of 1 MiB. */
    public static @Nullable String decode(String file, byte[] bytes, int bytesMax, Problems problems) {
        if (bytes.length > bytesMax) {
            problems.add(Problem.at(
                    Place.of(file),
                    "",
                    "more than " + bytesMax + " bytes",
                    "at most " + bytesMax + " bytes (" + (bytesMax >> 20) + " MiB)",
                    "split it into several files"));
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.add(Problem.at(
                    Place.of(file), "", "bytes that are not UTF-8", "text in UTF-8", "save the file as UTF-8"));
            return null;
        }
    }

    /**
     * Gives each document of one text to a receiver, one after another, so that only one of them is in memory. For texts that others
     * write there are further bounds than for a file of this product's own.
     *
     * @param charactersMax longest text
     * @return whether all was read; false when the text is too long, or has an error of syntax that what follows cannot be read after
     */
    public static boolean readEach(
            String file, String text, int charactersMax, Problems problems, Consumer<YamlDocument> receiver) {
        if (text.length() > charactersMax) {
            problems.add(Problem.at(
                    Place.of(file),
                    "",
                    text.length() + " characters",
                    "at most " + charactersMax,
                    "split it into several files"));
            return false;
        }
        YamlEvents events = new YamlEvents(file, text, problems);
        for (YamlDocument document = events.next(); document != null; document = events.next()) {
            receiver.accept(document);
        }
        return !events.hasFailed();
    }

    /** The documents of one text; what could be read is returned even when problems were added. */
    public static List<YamlDocument> read(String file, String text, Problems problems) {
        if (text.length() > BYTES_MAX) {
            problems.add(Problem.at(
                    Place.of(file),
                    "",
                    text.length() + " characters",
                    "at most " + BYTES_MAX,
                    "split it into several files"));
            return List.of();
        }
        YamlDocument plain = PlainYaml.read(file, text);
        return plain == null ? parsed(file, text, problems) : List.of(plain);
    }

    /** The value that a text is; null when it is none, or there was a problem, which was added. */
    static @Nullable Value value(String file, String text, Problems problems) {
        Value plain = PlainYaml.value(file, text);
        if (plain != null) {
            return plain;
        }
        List<YamlDocument> documents = parsed(file, text, problems);
        return documents.isEmpty() ? null : documents.getFirst().root();
    }

    /** The documents of one text by the parser, whatever is in it. */
    static List<YamlDocument> parsed(String file, String text, Problems problems) {
        List<YamlDocument> documents = new ArrayList<>();
        YamlEvents events = new YamlEvents(file, text, problems);
        for (YamlDocument document = events.next(); document != null; document = events.next()) {
            if (documents.size() == DOCUMENTS_MAX) {
                problems.add(Problem.at(
                        document.start(), "", "more documents", "at most " + DOCUMENTS_MAX + " in one file", null));
                break;
            }
            documents.add(document);
        }
        return documents;
    }
}
