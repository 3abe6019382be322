package io.bridgehead.match;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What of a request a condition compares. Comparing allocates nothing; only {@link #text} makes a string. */
sealed interface Subject {
    /** The {@link #hash} of a request that has none. */
    long ABSENT = -1;

    Subject METHOD = new Method();
    Subject AUTHORITY = new Authority();

    /** The field of a name in lower case. */
    static Subject field(String name) {
        return name.equals("host") ? AUTHORITY : new Field(name);
    }

    /** {@link Octets#hash} of the value, or {@link #ABSENT}. */
    long hash(RequestHead head);

    /** Whether the value is there and is this. */
    boolean is(RequestHead head, Value value);

    /** The value as text, or null when it is not there. */
    @Nullable
    String text(RequestHead head);

    /** The method. */
    record Method() implements Subject {
        @Override
        public long hash(RequestHead head) {
            return Octets.hash(head.method());
        }

        @Override
        public boolean is(RequestHead head, Value value) {
            return Octets.are(head.method(), value.bytes());
        }

        @Override
        public String text(RequestHead head) {
            return head.method();
        }
    }

    /** The effective host with its port, as it was sent. */
    record Authority() implements Subject {
        @Override
        public long hash(RequestHead head) {
            return Octets.hash(head.authority());
        }

        @Override
        public boolean is(RequestHead head, Value value) {
            return Octets.are(head.authority(), value.bytes());
        }

        @Override
        public String text(RequestHead head) {
            return head.authority();
        }
    }

    /** A header field; the values of several lines count as one (RFC 9110, section 5.3). */
    final class Field implements Subject {
        private final HeaderName name;
        private final byte[] separator;

        private Field(String name) {
            this.name = HeaderName.of(name);
            this.separator = (name.equals("cookie") ? "; " : ",").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public long hash(RequestHead head) {
            HeaderFields fields = head.fields();
            int i = fields.indexOf(name, 0);
            if (i < 0) {
                return ABSENT;
            }
            int hash = hash(fields, i, Octets.HASH_OF_NOTHING);
            for (i = fields.indexOf(name, i + 1); i >= 0; i = fields.indexOf(name, i + 1)) {
                hash = hash(fields, i, Octets.hash(separator, 0, separator.length, hash));
            }
            return Octets.asHash(hash);
        }

        private static int hash(HeaderFields fields, int i, int before) {
            int start = fields.valueStart(i);
            return Octets.hash(fields.array(), start, start + fields.valueLength(i), before);
        }

        @Override
        public boolean is(RequestHead head, Value value) {
            HeaderFields fields = head.fields();
            int i = fields.indexOf(name, 0);
            if (i < 0) {
                return false;
            }
            return fields.indexOf(name, i + 1) < 0
                    ? fields.valueIs(i, value.bytes())
                    : joinedIs(fields, i, value.bytes());
        }

        private boolean joinedIs(HeaderFields fields, int first, byte[] value) {
            int at = 0;
            for (int i = first; i >= 0; i = fields.indexOf(name, i + 1)) {
                if (i != first) {
                    at = after(separator, 0, separator.length, value, at);
                }
                int start = fields.valueStart(i);
                at = after(fields.array(), start, start + fields.valueLength(i), value, at);
                if (at < 0) {
                    return false;
                }
            }
            return at == value.length;
        }

        /** Where the value goes on behind a part that stands at this place of it, or -1 when it does not. */
        private static int after(byte[] part, int start, int end, byte[] value, int at) {
            int stop = at + end - start;
            return at >= 0 && stop <= value.length && Arrays.equals(part, start, end, value, at, stop) ? stop : -1;
        }

        @Override
        public @Nullable String text(RequestHead head) {
            HeaderFields fields = head.fields();
            int i = fields.indexOf(name, 0);
            if (i < 0) {
                return null;
            }
            int next = fields.indexOf(name, i + 1);
            if (next < 0) {
                return fields.value(i);
            }
            StringBuilder joined = new StringBuilder(fields.value(i));
            for (; next >= 0; next = fields.indexOf(name, next + 1)) {
                joined.append(new String(separator, StandardCharsets.US_ASCII)).append(fields.value(next));
            }
            return joined.toString();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Field that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    /** The first value of a query parameter, decoded. */
    record Parameter(Value name) implements Subject {

        @Override
        public long hash(RequestHead head) {
            long range = Query.find(head.path(), name.bytes());
            return range < 0 ? ABSENT : Query.hash(head.path(), range);
        }

        @Override
        public boolean is(RequestHead head, Value value) {
            long range = Query.find(head.path(), name.bytes());
            return range >= 0 && Query.is(head.path(), range, value.bytes());
        }

        @Override
        public @Nullable String text(RequestHead head) {
            long range = Query.find(head.path(), name.bytes());
            return range < 0 ? null : Query.text(head.path(), range);
        }
    }
}
