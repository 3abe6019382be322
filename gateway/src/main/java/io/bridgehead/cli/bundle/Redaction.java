package io.bridgehead.cli.bundle;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of texts what is or may be a secret: by the name it stands under, and by its form wherever it stands. It takes out too much rather than
 * too little: long paths of mixed letters and digits go with the keys, which look the same.
 *
 * <p><b>Limits</b>: a secret that neither stands under a telling name nor looks like one stays, such as one in hexadecimal or a short word.
 */
public final class Redaction {
    private static final String HIDDEN = "***";
    private static final String TELLING =
            "headers|secret|token|passw|passphrase|credential|authoriz|cookie|bearer|signature|private|api[-_.]?key";
    private static final Pattern NAMES = Pattern.compile("(?i)" + TELLING);
    /** A block up to its end, or that of the text. A label in quotes, as messages have it, is none. */
    private static final Pattern PEM =
            Pattern.compile("(?s)-----BEGIN [^-\r\n]+-----(?!['\"`]).*?(-----END [^-\r\n]+-----|\\z)");
    /** The end of a block whose beginning is not there, with all before it that may belong to it. */
    private static final Pattern PEM_END =
            Pattern.compile("(?<![A-Za-z0-9+/=\\s\\\\])[A-Za-z0-9+/=\\s\\\\]*+-----END [^-\r\n]+-----");
    /** Lines as blocks have them, and those of the same letters that follow. */
    private static final Pattern LINES =
            Pattern.compile("(?m)^[ \t]*[A-Za-z0-9+/]{60,76}={0,2}[ \t]*$[A-Za-z0-9+/=\\s]*$");

    private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]{5,1024}+(\\.[A-Za-z0-9_-]*){1,4}");
    private static final Pattern SCHEME = Pattern.compile("(?i)\\b(bearer|basic|negotiate|digest)[ \t]+[^\\s\"',;}]+");
    private static final Pattern DIGEST = Pattern.compile("(?i)\\b(digest)[ \t]+\\w+=[^\r\n]+");
    private static final String ASSIGNS = "\\\\{0,3}[\"']?[ \t]*[=:][ \t]*";
    private static final String QUOTED = "\"(?:[^\"\\\\\r\n]++|\\\\.)*+\"|\\\\{1,3}\"[^\"\r\n]*\"|'[^'\r\n]*'";
    private static final String FIELD_NAME = "(?:proxy-)?(?:authorization|(?:set-)?cookie)";
    /**
     * Fields whose values have several parts, each perhaps in quotes: what follows on the line goes with them, unless the whole value is a
     * string of JSON.
     */
    private static final Pattern FIELD = Pattern.compile("(?i)(\"" + FIELD_NAME
            + "\"[ \t]*:[ \t]*)\"(?:[^\"\\\\\r\n]++|\\\\.)*+\"|(\\b" + FIELD_NAME + ASSIGNS + ")[^\r\n]+");
    /** What stands under a telling name; of lists and objects all to the end of the line in which the first one closes. */
    private static final Pattern ASSIGNED = Pattern.compile("(?i)(\\b[\\w.-]{0,64}(?:" + TELLING + ")[\\w-]*+" + ASSIGNS
            + ")(?:" + QUOTED + "|[\\[{][^\\]}]{0,4096}[^\r\n]*|[^\\s,;}]+)");

    private static final Pattern IN_ADDRESS = Pattern.compile("://[^/@\\s\"]*@");
    private static final Pattern QUERY = Pattern.compile("(?<!\\?)\\?(?<=/[^\\s\"?]{0,1024}\\?)[^\\s\"']+");
    /** As long and as mixed as keys and tokens are that say nothing of themselves; hashes in hexadecimal may stay. */
    private static final Pattern OPAQUE = Pattern.compile(
            "(?<![A-Za-z0-9+/_-])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[0-9+])[A-Za-z0-9+/_-]{32,}={0,2}");

    private Redaction() {}

    /** Whether what stands under this name, or path of names, is never shown. */
    public static boolean hides(String name) {
        return NAMES.matcher(name).find();
    }

    /** Free text, such as a log or metrics. */
    public static String text(String text) {
        String shown = PEM.matcher(text).replaceAll(HIDDEN);
        shown = PEM_END.matcher(shown).replaceAll(HIDDEN);
        shown = LINES.matcher(shown).replaceAll(HIDDEN);
        shown = JWT.matcher(shown).replaceAll(HIDDEN);
        shown = DIGEST.matcher(shown).replaceAll("$1 " + HIDDEN);
        shown = SCHEME.matcher(shown).replaceAll("$1 " + HIDDEN);
        shown = FIELD.matcher(shown)
                .replaceAll(found -> (found.group(1) == null ? found.group(2) : found.group(1)) + HIDDEN);
        shown = ASSIGNED.matcher(shown).replaceAll("$1" + HIDDEN);
        shown = IN_ADDRESS.matcher(shown).replaceAll("://" + HIDDEN + "@");
        shown = QUERY.matcher(shown).replaceAll("?" + HIDDEN);
        return OPAQUE.matcher(shown).replaceAll(HIDDEN);
    }

    /** An answer of the admin API; a copy. What stands under a telling name is hidden whole, be it a text, a number, a list or an object. */
    public static JsonObject json(JsonObject object) {
        JsonObject shown = new JsonObject();
        for (Map.Entry<String, Object> entry : object) {
            Object value = entry.getValue();
            shown.put(entry.getKey(), hides(entry.getKey()) && value != null ? HIDDEN : value(value));
        }
        return shown;
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text(text);
            case JsonObject object -> json(object);
            case JsonArray array -> {
                JsonArray shown = new JsonArray();
                array.forEach(item -> shown.add(value(item)));
                yield shown;
            }
            default -> value;
        };
    }

    /** One key of a configuration, by its path, with its value. */
    public static String leaf(String path, String value) {
        return path + ": " + (hides(path) ? HIDDEN : text(value));
    }
}
