package io.bridgehead.config.schema;

/**
 * A position in a file, for people.
 *
 * @param file the file's name as its reader was given it
 * @param line from 1; 0 when the whole file is meant
 * @param column in characters from 1; 0 when the whole file is meant
 */
public record Place(String file, int line, int column) {
    /** The file as a whole. */
    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
