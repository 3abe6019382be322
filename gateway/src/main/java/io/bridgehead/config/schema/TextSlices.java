package io.bridgehead.config.schema;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Optional;

/** Cuts a YAML stream into the texts of its documents, going forward only; the parser counts in code points, Java does not. */
@OwnedBy(Owner.CONFINED)
final class TextSlices {
    private final String file;
    private final String text;
    private int codePoints;
    private int chars;
    private int line = 1;
    private int lineStart;
    private int next;

    TextSlices(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Where the next document's text begins unless a marker says otherwise; in code points. */
    int position() {
        return next;
    }

    /** The document between two positions; the end of the text when its end is not known. */
    YamlDocument document(Value root, int from, Optional<Integer> to, int afterMarker) {
        advance(from);
        skipRestOfMarkerLine();
        int begin = chars;
        Place start = new Place(file, line, begin - lineStart + 1);
        int end = to.map(this::charsAt).orElse(text.length());
        next = afterMarker >= 0 ? afterMarker : to.orElse(text.length());
        String slice = text.substring(Math.min(begin, end), end).stripTrailing();
        return new YamlDocument(root, slice + "\n", start);
    }

    /** The place of a position that is not before the current one. */
    Place placeOf(int position) {
        advance(position);
        return new Place(file, line, chars - lineStart + 1);
    }

    private int charsAt(int position) {
        advance(position);
        return chars;
    }

    private void skipRestOfMarkerLine() {
        int at = chars;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\r')) {
            at++;
        }
        boolean lineEnds = at < text.length() && text.charAt(at) == '\n';
        advance(codePoints + at - chars + (lineEnds ? 1 : 0));
    }

    private void advance(int position) {
        while (codePoints < position && chars < text.length()) {
            if (text.charAt(chars) == '\n') {
                line++;
                lineStart = chars + 1;
            }
            chars += Character.charCount(text.codePointAt(chars));
            codePoints++;
        }
    }
}
