package io.bridgehead.config.schema;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A value as it stands in a YAML document, with its place. */
public sealed interface Value {
    /** Where it begins. */
    Place place();

    /** How a message names it. */
    String shown();

    /** A scalar; plain when it was written without quotes, so that its form says its type (YAML 1.2 core schema). */
    record Text(Place place, String text, boolean plain) implements Value {
        private static final Pattern NUMBER = Pattern.compile(
                "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
        /** No text that is longer is a truth value or nothing, and most are. */
        private static final int WORD_MAX = 5;

        /** Whether it is the null of the core schema. */
        public boolean isNothing() {
            return plain
                    && text.length() < WORD_MAX
                    && switch (text) {
                        case "", "~", "null", "Null", "NULL" -> true;
                        default -> false;
                    };
        }

        /** Whether it is a number of the core schema. */
        boolean isNumber() {
            return plain
                    && !text.isEmpty()
                    && text.charAt(0) <= '9'
                    && NUMBER.matcher(text).matches();
        }

        /** Whether it is a truth value of the core schema. */
        boolean isTruth() {
            return plain
                    && text.length() <= WORD_MAX
                    && switch (text) {
                        case "true", "True", "TRUE", "false", "False", "FALSE" -> true;
                        default -> false;
                    };
        }

        @Override
        public String shown() {
            return isNothing() ? "nothing" : Problem.quoted(text);
        }
    }

    /** A sequence. */
    record Items(Place place, List<Value> items) implements Value {
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** A mapping; keys are distinct, in the order of the file. */
    record Entries(Place place, List<Entry> entries) implements Value {
        /** The entry with this key, or null. */
        public @Nullable Entry find(String key) {
            // By index: for each key that a section may have this is asked, and an iterator each is much for ten
            // thousand documents.
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).key().equals(key)) {
                    return entries.get(i);
                }
            }
            return null;
        }

        /** The same without the keys that have no value. */
        Entries withoutNothing() {
            for (Entry entry : entries) {
                if (entry.hasNothing()) {
                    return new Entries(
                            place,
                            entries.stream().filter(one -> !one.hasNothing()).toList());
                }
            }
            return this;
        }

        @Override
        public String shown() {
            return "a mapping";
        }
    }

    /** Something that was refused while it was parsed; its problem is already reported. */
    record Refused(Place place) implements Value {
        @Override
        public String shown() {
            return "a refused value";
        }
    }

    /** One key of a mapping. */
    record Entry(Place place, String key, Value value) {
        boolean hasNothing() {
            return value instanceof Text text && text.isNothing();
        }
    }
}
