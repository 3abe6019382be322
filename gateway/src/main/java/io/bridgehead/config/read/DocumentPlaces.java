package io.bridgehead.config.read;

import io.bridgehead.config.schema.Place;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the documents of a source stand in files.
 *
 * @param source the name of the source
 * @param places where each document begins, by its name
 */
public record DocumentPlaces(String source, SortedMap<String, Place> places) {
    /** A node's message with the files and lines that a person wrote in place of the node's names for documents of the source. */
    public String inFiles(String message) {
        Pattern named = Pattern.compile(Pattern.quote(source + ":") + "([A-Za-z]+/[^:\\s]+):(\\d+):(\\d+)");
        Matcher matcher = named.matcher(message);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            Place start = places.get(matcher.group(1));
            String place =
                    start == null ? matcher.group() : moved(start, matcher).toString();
            matcher.appendReplacement(text, Matcher.quoteReplacement(place));
        }
        return matcher.appendTail(text).toString();
    }

    private static Place moved(Place start, Matcher matcher) {
        int line = Integer.parseInt(matcher.group(2));
        int column = Integer.parseInt(matcher.group(3));
        return new Place(start.file(), line + start.line() - 1, line == 1 ? column + start.column() - 1 : column);
    }
}
