package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.Blob;
import io.bridgehead.config.manifest.ConfigMap;
import io.bridgehead.config.manifest.Namespace;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The keys of the core kinds {@code Secret}, {@code ConfigMap} and {@code Namespace}. No message holds a value of the first two. */
final class DataKeys {
    private static final int ENTRIES_MAX = 10_000;
    private static final String CERTIFICATE = "tls.crt";
    private static final String PRIVATE_KEY = "tls.key";

    private static final Key<String> TYPE =
            Key.defaulted("type", Words.text("a type", 0, 253), "Opaque", "What it holds.");
    private static final Key<Map<String, Blob>> DATA = map("data", "base64", DataKeys::decoded);
    private static final Key<Map<String, Blob>> STRING_DATA = map("stringData", "text", Blob::of);
    private static final Key<Boolean> IMMUTABLE =
            Key.optional("immutable", Scalars.truth(), "Whether it stays as it is; means nothing here.");

    static final Form SECRET = Form.of(
            SecretManifest.KIND,
            true,
            (metadata, fields) -> {
                Map<String, Blob> data = new HashMap<>(fields.get(DATA));
                data.putAll(fields.get(STRING_DATA));
                String type = fields.get(TYPE);
                return isWhole(fields, type, data) ? source -> new SecretManifest(metadata, type, data, source) : null;
            },
            TYPE,
            DATA,
            STRING_DATA,
            IMMUTABLE);

    private static final Key<Map<String, String>> TEXTS = map("data", "text", text -> text);
    private static final Key<Map<String, Blob>> BINARY = map("binaryData", "base64", DataKeys::decoded);

    static final Form CONFIG_MAP = Form.of(
            ConfigMap.KIND,
            true,
            (metadata, fields) -> {
                Map<String, String> texts = fields.get(TEXTS);
                Map<String, Blob> binary = fields.get(BINARY);
                return isDistinct(fields, texts, binary)
                        ? source -> new ConfigMap(metadata, texts, binary, source)
                        : null;
            },
            TEXTS,
            BINARY,
            IMMUTABLE);

    private static final Key<String> NOTHING =
            Key.defaulted("spec", Section.of("spec", fields -> "").tolerant("finalizers"), "{}", "Means nothing here.");
    static final Form NAMESPACE =
            Form.of(Namespace.KIND, false, (metadata, fields) -> source -> new Namespace(metadata, source), NOTHING);

    private DataKeys() {}

    private static boolean isWhole(Fields fields, String type, Map<String, Blob> data) {
        if (!type.equals(SecretManifest.TLS_TYPE)) {
            return true;
        }
        boolean whole = true;
        for (String key : List.of(CERTIFICATE, PRIVATE_KEY)) {
            if (!data.containsKey(key)) {
                fields.refuse("data['" + key + "']", null, "it in a secret of type " + type, null);
                whole = false;
            }
        }
        return whole;
    }

    private static boolean isDistinct(Fields fields, Map<String, String> texts, Map<String, Blob> binary) {
        for (String key : binary.keySet()) {
            if (texts.containsKey(key)) {
                fields.refuse("binaryData['" + key + "']", "a key of data", "each key once", null);
                return false;
            }
        }
        return true;
    }

    /** Values are secret in messages, of whichever kind. */
    private static <T> Key<Map<String, T>> map(String name, String what, Function<String, T> parser) {
        ScalarType<T> value = new ScalarType<>(ScalarType.Form.TEXT, what, null, List.of(), true, parser);
        ScalarType<String> key = Words.matching("a key of letters, digits, '-', '_' and '.'", "[-._a-zA-Z0-9]+", 253);
        return Key.defaulted(name, new MapType<>("key", key, value, 0, ENTRIES_MAX), "{}", "Values by key.");
    }

    private static Blob decoded(String text) {
        try {
            return Blob.of(Base64.getDecoder().decode(text.replace("\n", "").replace("\r", "")));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected base64", e);
        }
    }
}
