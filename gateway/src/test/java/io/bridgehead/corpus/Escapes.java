package io.bridgehead.corpus;

import java.nio.charset.StandardCharsets;

/** Bytes as text that people can read: ISO 8859-1 with {@code \r \n \t \0 \\ \xHH}, and back. */
public final class Escapes {
    private Escapes() {}

    /** The bytes, each as one character. {@code \*N(x)} stands for N times x. */
    public static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '0' -> out.append('\0');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                case '*' -> i = repeated(text, i + 1, out);
                default -> throw new IllegalArgumentException("unknown escape \\" + kind + " in: " + text);
            }
        }
        return out.toString();
    }

    private static int repeated(String text, int from, StringBuilder out) {
        int open = text.indexOf('(', from);
        int end = open + 1;
        for (int depth = 1; depth > 0; end++) {
            depth += text.charAt(end) == '(' ? 1 : text.charAt(end) == ')' ? -1 : 0;
        }
        int times = Integer.parseInt(text.substring(from, open));
        out.append(unescape(text.substring(open + 1, end - 1)).repeat(times));
        return end - 1;
    }

    /** The other way round, a line of output for each line of input. */
    public static String escape(String bytes) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            char c = bytes.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n\n");
                case '\t' -> out.append("\\t");
                case '\0' -> out.append("\\0");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        out.append(c);
                    } else {
                        out.append(String.format("\\x%02x", (int) c));
                    }
                }
            }
        }
        return out.toString();
    }

    /** As bytes. */
    public static byte[] bytes(String characters) {
        return characters.getBytes(StandardCharsets.ISO_8859_1);
    }
}
