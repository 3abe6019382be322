package io.bridgehead.config.schema;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain part of YAML in which almost all documents are written, without the parser and its events: ten thousand documents
 * are read before a node serves its first request. What it reads comes to the same values, at the same places, as {@link YamlEvents} makes of it; of everything else it says that it
 * does not read it, and so finds no problem by itself.
 *
 * <p>The plain part: one document without markers, of printable ASCII without tabs; block mappings and sequences; keys of letters, digits and {@code _ . / -};
 * flow collections that end on their line; scalars on one line that are plain, or quoted without an escape; comments. No value is left empty, no key is
 * there twice, and no mapping has more than {@value #KEYS_MAX} keys.
 */
@OwnedBy(Owner.CONFINED)
final class PlainYaml {
    private static final int END = -1;
    /** The parser knows keys of up to 1,024 characters. */
    private static final int KEY_MAX = 256;
    /** Keys of one mapping, which are compared with each other; a mapping of more is the parser's. */
    private static final int KEYS_MAX = 256;

    private final String file;
    private final String text;
    /** Where the next character is. */
    private int at;
    /** Of the line that {@link #at} is in. */
    private int line = 1;

    private int lineStart;

    private PlainYaml(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** The one document of a text; null when it is not plain throughout. */
    static @Nullable YamlDocument read(String file, String text) {
        if (text.isEmpty() || !(isLetter(text.charAt(0)) || text.charAt(0) == '#') || !isPlain(text)) {
            return null;
        }
        PlainYaml reader = new PlainYaml(file, text);
        boolean atMapping = text.charAt(0) != '#' || (reader.nextLine() == 0 && isLetter(reader.peek()));
        Value root = atMapping ? reader.block(0, 1) : null;
        return root == null || reader.at < text.length()
                ? null
                : new YamlDocument(root, withOneLineFeed(text), new Place(file, 1, 1));
    }

    /** The one value of a text of one line, such as a default; null when it is not plain throughout, or has a space or comment behind it. */
    static @Nullable Value value(String file, String text) {
        if (text.startsWith("...") || text.indexOf('\n') >= 0 || !isPlain(text)) {
            return null;
        }
        PlainYaml reader = new PlainYaml(file, text);
        Value value = reader.flowOrScalar(1, false);
        return reader.at < text.length() ? null : value;
    }

    private static String withOneLineFeed(String text) {
        int last = text.length() - 1;
        boolean one = last > 0 && text.charAt(last) == '\n' && text.charAt(last - 1) > ' ';
        return one ? text : text.stripTrailing() + "\n";
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\n') || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** The mapping or sequence that begins here, at the first character of a line that is no space; then at the next such character, or the end. */
    private @Nullable Value block(int column, int depth) {
        return isItem() ? items(column, depth) : entries(column, depth);
    }

    private @Nullable Value entries(int column, int depth) {
        Place place = here();
        List<Value.Entry> entries = new ArrayList<>();
        while (column() == column && !isItem()) {
            Place keyPlace = here();
            String key = key();
            if (key == null || depth > YamlReader.DEPTH_MAX || entries.size() == KEYS_MAX || isThere(entries, key)) {
                return null;
            }
            Value value = blockValue(column, depth + 1);
            if (value == null) {
                return null;
            }
            entries.add(new Value.Entry(keyPlace, key, value));
        }
        return ended(column) ? new Value.Entries(place, List.copyOf(entries)) : null;
    }

    private @Nullable Value items(int column, int depth) {
        Place place = here();
        List<Value> items = new ArrayList<>();
        while (column() == column && isItem()) {
            if (depth > YamlReader.DEPTH_MAX) {
                return null;
            }
            at++;
            skipSpaces();
            Value item = isKey() ? entries(at - lineStart, depth + 1) : value(column, depth + 1);
            if (item == null) {
                return null;
            }
            items.add(item);
        }
        return new Value.Items(place, List.copyOf(items));
    }

    /** What follows a key's colon. */
    private @Nullable Value blockValue(int column, int depth) {
        skipSpaces();
        if (!isLineEnd()) {
            return value(column, depth);
        }
        int inner = nextLine();
        boolean below = inner > column || (inner == column && isItem());
        return below ? block(inner, depth) : null;
    }

    /** A value on this line, which nothing on the next one continues. */
    private @Nullable Value value(int column, int depth) {
        Value value = flowOrScalar(depth, false);
        if (value == null) {
            return null;
        }
        int before = at;
        skipSpaces();
        boolean commented = at < text.length() && text.charAt(at) == '#' && at > before;
        if (!commented && at < text.length() && text.charAt(at) != '\n') {
            return null;
        }
        return nextLine() > column ? null : value;
    }

    private @Nullable Value flowOrScalar(int depth, boolean inFlow) {
        if (depth > YamlReader.DEPTH_MAX || at >= text.length()) {
            return null;
        }
        return switch (text.charAt(at)) {
            case '{' -> flowEntries(depth);
            case '[' -> flowItems(depth);
            case '"', '\'' -> quoted();
            default -> plain(inFlow);
        };
    }

    private @Nullable Value flowEntries(int depth) {
        Place place = here();
        List<Value.Entry> entries = new ArrayList<>();
        at++;
        skipSpaces();
        while (peek() != '}') {
            Place keyPlace = here();
            String key = key();
            if (key == null || entries.size() == KEYS_MAX || isThere(entries, key)) {
                return null;
            }
            skipSpaces();
            Value value = flowOrScalar(depth + 1, true);
            if (value == null || !isFollowed('}')) {
                return null;
            }
            entries.add(new Value.Entry(keyPlace, key, value));
        }
        at++;
        return new Value.Entries(place, List.copyOf(entries));
    }

    private @Nullable Value flowItems(int depth) {
        Place place = here();
        List<Value> items = new ArrayList<>();
        at++;
        skipSpaces();
        while (peek() != ']') {
            Value item = flowOrScalar(depth + 1, true);
            if (item == null || !isFollowed(']')) {
                return null;
            }
            items.add(item);
        }
        at++;
        return new Value.Items(place, List.copyOf(items));
    }

    /** Goes to what follows a comma, or to the end of the collection. */
    private boolean isFollowed(char end) {
        skipSpaces();
        if (peek() == end) {
            return true;
        }
        if (peek() != ',') {
            return false;
        }
        at++;
        skipSpaces();
        return peek() != end && peek() != ',';
    }

    private @Nullable Value quoted() {
        Place place = here();
        char quote = text.charAt(at);
        int from = at + 1;
        int to = from;
        while (to < text.length() && text.charAt(to) != quote) {
            if (text.charAt(to) == '\n' || text.charAt(to) == '\\') {
                return null;
            }
            to++;
        }
        boolean escapes = to + 1 < text.length() && text.charAt(to + 1) == quote;
        if (to >= text.length() || escapes) {
            return null;
        }
        at = to + 1;
        return new Value.Text(place, text.substring(from, to), false);
    }

    private @Nullable Value plain(boolean inFlow) {
        Place place = here();
        if (!isScalarStart()) {
            return null;
        }
        int from = at;
        int to = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : '\n';
            if (c == '\n' || (c == ' ' && next == '#') || (inFlow && (c == ',' || c == ']' || c == '}'))) {
                break;
            }
            boolean mayBeKey = c == ':' && !isLetter(next) && !isDigit(next) && next != '/';
            if (mayBeKey || (inFlow && (c == '[' || c == '{' || c == '?' || c == '#'))) {
                return null;
            }
            if (c != ' ') {
                to = i + 1;
            }
        }
        at = to;
        return new Value.Text(place, text.substring(from, to), true);
    }

    /** A letter or digit, or a sign that has no meaning of its own before what follows it. */
    private boolean isScalarStart() {
        char c = text.charAt(at);
        char next = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
        return isLetter(c) || isDigit(c) || c == '/' || c == '.' || (c == '-' && (isLetter(next) || isDigit(next)));
    }

    /** A key with its colon and a space or the end of the line behind; null when there is none. */
    private @Nullable String key() {
        int end = keyEnd();
        if (end == END) {
            return null;
        }
        String key = text.substring(at, end);
        at = end + 1;
        return key;
    }

    private boolean isKey() {
        return keyEnd() != END;
    }

    private int keyEnd() {
        int end = at;
        while (end < text.length() && isKeyCharacter(text.charAt(end))) {
            end++;
        }
        boolean starts = end > at && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)));
        boolean colon = end < text.length() && text.charAt(end) == ':';
        char next = end + 1 < text.length() ? text.charAt(end + 1) : '\n';
        return starts && colon && end - at <= KEY_MAX && (next == ' ' || next == '\n') ? end : END;
    }

    private static boolean isThere(List<Value.Entry> entries, String key) {
        for (Value.Entry entry : entries) {
            if (entry.key().equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a block of this column ends here: at the end, or at a column further left. */
    private boolean ended(int column) {
        return at >= text.length() || column() < column || (column() == column && isItem());
    }

    private boolean isItem() {
        return at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) == ' ';
    }

    /** The column of the next character from 0; none at the end. */
    private int column() {
        return at >= text.length() ? END : at - lineStart;
    }

    private boolean isLineEnd() {
        return at >= text.length() || text.charAt(at) == '\n' || (text.charAt(at) == '#' && text.charAt(at - 1) == ' ');
    }

    /** Goes to the first character that is no space of the next line that has more than a comment; its column, or none at the end. */
    private int nextLine() {
        while (true) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                at = text.length();
                return END;
            }
            at = end + 1;
            line++;
            lineStart = at;
            skipSpaces();
            if (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '#') {
                return at - lineStart;
            }
        }
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\n';
    }

    private Place here() {
        return new Place(file, line, at - lineStart + 1);
    }

    private static boolean isKeyCharacter(char c) {
        return isLetter(c) || isDigit(c) || c == '_' || c == '.' || c == '/' || c == '-';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
