package io.bridgehead.wire.guard;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestMark;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads an origin-form target ({@code /path?query}) and gives the one string that is matched and forwarded: escapes
 * of unreserved
 * characters decoded (RFC 3986, section 6.2.2.2), then dot segments resolved. Refuses what endpoints are known to
 * read in different ways: raw
 * control characters, space, {@code #}, {@code \}, bytes of 0x7F and above, {@code %00}, bad escapes in the path,
 * paths that climb above the root, dot segments with parameters, and overlong UTF-8. Marks encoded slashes.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class PathGuard {
    private static final int ESCAPE_LENGTH = 3;

    private int marks;
    private String problem = "";

    /** The bits of {@link RequestMark} found by the last {@link #read}. */
    public int marks() {
        return marks;
    }

    /** Why the last {@link #read} gave null. */
    public String problem() {
        return problem;
    }

    /** The normal form, or null when it is refused. */
    public @Nullable String read(byte[] bytes, int from, int to) {
        marks = 0;
        if (from >= to || bytes[from] != '/') {
            return refuse("path: expected to begin with /");
        }
        int at = from;
        byte before = 0;
        while (at < to && bytes[at] != '?') {
            byte b = bytes[at];
            if (b == '%' || (b == '.' && before == '/')) {
                return normalize(bytes, from, to);
            }
            if (!isAllowed(b) || b == '\\') {
                return refuse("path: a character that must be percent-encoded");
            }
            before = b;
            at++;
        }
        return isQuery(bytes, at, to)
                ? new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
                : refuse("query: a character that must be percent-encoded");
    }

    private @Nullable String normalize(byte[] bytes, int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        int at = from;
        while (at < to && bytes[at] != '?') {
            byte b = bytes[at];
            if (b != '%') {
                if (!isAllowed(b) || b == '\\') {
                    return refuse("path: a character that must be percent-encoded");
                }
                out[length++] = b;
                at++;
                continue;
            }
            int value = escaped(bytes, at, to);
            if (value <= 0) {
                return refuse(value == 0 ? "path: %00" : "path: % without two hexadecimal digits");
            }
            if (isUnreserved(value)) {
                out[length++] = (byte) value;
            } else {
                if (isOverlong(value, bytes, at + ESCAPE_LENGTH, to)) {
                    return refuse("path: an overlong UTF-8 sequence");
                }
                if (value == '/' || value == '\\') {
                    marks |= RequestMark.ENCODED_SLASH.bit();
                }
                System.arraycopy(bytes, at, out, length, ESCAPE_LENGTH);
                length += ESCAPE_LENGTH;
            }
            at += ESCAPE_LENGTH;
        }
        if (!isQuery(bytes, at, to)) {
            return refuse("query: a character that must be percent-encoded");
        }
        int resolved = resolveDots(out, length);
        if (resolved < 0) {
            return null;
        }
        String path = new String(out, 0, resolved, StandardCharsets.ISO_8859_1);
        return at == to ? path : path + new String(bytes, at, to - at, StandardCharsets.ISO_8859_1);
    }

    /** Resolves dot segments in place (RFC 3986, section 5.2.4) and gives the new length, or -1. */
    private int resolveDots(byte[] path, int length) {
        int written = 0;
        int at = 0;
        while (at < length) {
            int end = at + 1;
            while (end < length && path[end] != '/') {
                end++;
            }
            int dots = leadingDots(path, at + 1, end);
            int segment = end - at - 1;
            if ((dots == 1 || dots == 2) && segment > dots && isSemicolon(path, at + 1 + dots, end)) {
                refuse("path: a dot segment with parameters");
                return -1;
            }
            if (dots == segment && (dots == 1 || dots == 2)) {
                if (dots == 2) {
                    if (written == 0) {
                        refuse("path: climbs above the root");
                        return -1;
                    }
                    written = lastSlash(path, written);
                }
                if (end == length) {
                    path[written++] = '/';
                }
            } else {
                System.arraycopy(path, at, path, written, end - at);
                written += end - at;
            }
            at = end;
        }
        if (written == 0) {
            path[written++] = '/';
        }
        return written;
    }

    private static boolean isSemicolon(byte[] path, int at, int end) {
        return path[at] == ';' || (path[at] == '%' && escaped(path, at, end) == ';');
    }

    private static int leadingDots(byte[] path, int from, int to) {
        int at = from;
        while (at < to && path[at] == '.') {
            at++;
        }
        return at - from;
    }

    private static int lastSlash(byte[] path, int before) {
        int at = before - 1;
        while (path[at] != '/') {
            at--;
        }
        return at;
    }

    private static boolean isQuery(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isAllowed(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(byte b) {
        return b > ' ' && b < 0x7f && b != '#';
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /**
     * Whether an escape and the one behind it begin a character that UTF-8 (RFC 3629, section 3) writes with fewer
     * bytes, as {@code %c0%ae} for a dot: what decodes it sees dots, slashes or NULs that nobody has judged.
     */
    private static boolean isOverlong(int lead, byte[] bytes, int at, int to) {
        int continuationsMax = switch (lead) {
            case 0xc0, 0xc1 -> 0xbf;
            case 0xe0 -> 0x9f;
            case 0xf0 -> 0x8f;
            default -> 0;
        };
        if (continuationsMax == 0 || at >= to || bytes[at] != '%') {
            return false;
        }
        int next = escaped(bytes, at, to);
        return next >= 0x80 && next <= continuationsMax;
    }

    private static int escaped(byte[] bytes, int at, int to) {
        if (to - at < ESCAPE_LENGTH) {
            return -1;
        }
        int high = Octets.hex(bytes[at + 1]);
        int low = Octets.hex(bytes[at + 2]);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private @Nullable String refuse(String why) {
        problem = why;
        return null;
    }
}
