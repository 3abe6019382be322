package io.bridgehead.authn;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;

/** Where a request carries its token. */
public sealed interface JwtPlace {
    /** Adds the tokens that are here. */
    void find(RequestHead head, JwtFound found);

    /** The request without what is here; its fields are changed as they are. */
    RequestHead without(RequestHead head);

    /**
     * A header field.
     *
     * @param prefix what stands before the token, such as {@code Bearer } in whatever case; a field that begins otherwise has no token
     */
    record Field(HeaderName name, String prefix) implements JwtPlace {
        @Override
        public void find(RequestHead head, JwtFound found) {
            HeaderFields fields = head.fields();
            for (int at = fields.indexOf(name, 0); at >= 0; at = fields.indexOf(name, at + 1)) {
                String value = fields.value(at);
                if (value.regionMatches(true, 0, prefix, 0, prefix.length())) {
                    found.add(this, value.substring(prefix.length()).strip());
                }
            }
        }

        @Override
        public RequestHead without(RequestHead head) {
            HeaderFields fields = head.fields();
            for (int at = fields.size() - 1; at >= 0; at--) {
                if (fields.nameIs(at, name) && fields.value(at).regionMatches(true, 0, prefix, 0, prefix.length())) {
                    fields.removeAt(at);
                }
            }
            return head;
        }
    }

    /** A parameter of the query. */
    record Query(String name) implements JwtPlace {
        @Override
        public void find(RequestHead head, JwtFound found) {
            String path = head.path();
            int mark = path.indexOf('?');
            for (int at = mark; at >= 0; ) {
                int end = end(path, at + 1, '&');
                if (isHere(path, at + 1, end)) {
                    found.add(this, path.substring(at + 2 + name.length(), end));
                }
                at = end < path.length() ? end : -1;
            }
        }

        @Override
        public RequestHead without(RequestHead head) {
            String path = head.path();
            int mark = path.indexOf('?');
            if (mark < 0) {
                return head;
            }
            StringBuilder kept = new StringBuilder(path.length()).append(path, 0, mark);
            char before = '?';
            for (int at = mark; at >= 0; ) {
                int end = end(path, at + 1, '&');
                if (!isHere(path, at + 1, end)) {
                    kept.append(before).append(path, at + 1, end);
                    before = '&';
                }
                at = end < path.length() ? end : -1;
            }
            return new RequestHead(
                    head.method(), head.scheme(), head.authority(), kept.toString(), head.fields(), head.marks());
        }

        private boolean isHere(String path, int start, int end) {
            int equals = start + name.length();
            return equals < end && path.startsWith(name, start) && path.charAt(equals) == '=';
        }
    }

    /** A cookie. */
    record Cookie(String name) implements JwtPlace {
        private static final HeaderName COOKIE = HeaderName.of("cookie");

        @Override
        public void find(RequestHead head, JwtFound found) {
            HeaderFields fields = head.fields();
            for (int at = fields.indexOf(COOKIE, 0); at >= 0; at = fields.indexOf(COOKIE, at + 1)) {
                for (String pair : fields.value(at).split(";", -1)) {
                    String cookie = pair.strip();
                    if (isHere(cookie)) {
                        found.add(this, unquoted(cookie.substring(name.length() + 1)));
                    }
                }
            }
        }

        @Override
        public RequestHead without(RequestHead head) {
            HeaderFields fields = head.fields();
            StringBuilder kept = new StringBuilder();
            boolean found = false;
            for (int at = fields.indexOf(COOKIE, 0); at >= 0; at = fields.indexOf(COOKIE, at + 1)) {
                for (String pair : fields.value(at).split(";", -1)) {
                    String cookie = pair.strip();
                    found |= isHere(cookie);
                    if (!isHere(cookie) && !cookie.isEmpty()) {
                        kept.append(kept.isEmpty() ? "" : "; ").append(cookie);
                    }
                }
            }
            if (found) {
                fields.removeAll(COOKIE);
            }
            if (found && !kept.isEmpty()) {
                fields.add(COOKIE, kept.toString());
            }
            return head;
        }

        private boolean isHere(String cookie) {
            return cookie.startsWith(name) && cookie.length() > name.length() && cookie.charAt(name.length()) == '=';
        }

        private static String unquoted(String value) {
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            return quoted ? value.substring(1, value.length() - 1) : value;
        }
    }

    private static int end(String path, int from, char mark) {
        int end = path.indexOf(mark, from);
        return end < 0 ? path.length() : end;
    }

    /** In words, as configuration has it. */
    default String words() {
        return switch (this) {
            case Field field -> "header " + field.name();
            case Query query -> "query " + query.name();
            case Cookie cookie -> "cookie " + cookie.name();
        };
    }
}
