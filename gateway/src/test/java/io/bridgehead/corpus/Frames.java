package io.bridgehead.corpus;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The textual notation of HTTP/2 frames, made into bytes (RFC 9113, sections 4 and 6).
 *
 * <pre>
 * SETTINGS [ack] [NUMBER=VALUE ...]
 * HEADERS STREAM [end] [more] [pad=N] [depends=STREAM] [METHOD AUTHORITY PATH]   field lines follow, indented
 * CONTINUATION STREAM [more]                                                     field lines follow, indented
 *   name: value        a literal field, never indexed, no Huffman code; escapes as everywhere
 *   \hpack HEX         raw HPACK
 * DATA STREAM [end] [pad=N] "bytes"
 * PRIORITY STREAM depends=STREAM
 * RST STREAM CODE
 * PING ["8 bytes"]
 * GOAWAY LAST CODE
 * WINDOW STREAM INCREMENT
 * PUSH STREAM PROMISED                                                           field lines follow, indented
 * FRAME type=N flags=N stream=N [length=N] "payload"
 * HEX DIGITS
 * no-preface                                                                     first line only
 * xN FRAME ; FRAME ...                                                           N times; {i} in it is replaced by 1, 3, 5 ...
 * </pre>
 */
public final class Frames {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String NO_PREFACE = "no-preface";
    private static final int HEADER_LENGTH = 9;
    private static final Map<String, Integer> CODES = Map.ofEntries(
            Map.entry("NO_ERROR", 0),
            Map.entry("PROTOCOL_ERROR", 1),
            Map.entry("INTERNAL_ERROR", 2),
            Map.entry("FLOW_CONTROL_ERROR", 3),
            Map.entry("SETTINGS_TIMEOUT", 4),
            Map.entry("STREAM_CLOSED", 5),
            Map.entry("FRAME_SIZE_ERROR", 6),
            Map.entry("REFUSED_STREAM", 7),
            Map.entry("CANCEL", 8),
            Map.entry("COMPRESSION_ERROR", 9),
            Map.entry("ENHANCE_YOUR_CALM", 11));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What stands on one line besides the frame's name. */
    private record Words(List<String> plain, String quoted) {
        static Words of(String line) {
            int quote = line.indexOf('"');
            String quoted = quote < 0 ? "" : Escapes.unescape(line.substring(quote + 1, line.lastIndexOf('"')));
            String rest = quote < 0 ? line : line.substring(0, quote);
            return new Words(List.of(rest.strip().split(" +")), quoted);
        }

        String at(int i) {
            return plain.get(i);
        }

        int number(int i) {
            return Integer.parseUnsignedInt(plain.get(i));
        }

        boolean has(String word) {
            return plain.contains(word);
        }

        int value(String key, int otherwise) {
            for (String word : plain) {
                if (word.startsWith(key + "=")) {
                    return Integer.decode(word.substring(key.length() + 1));
                }
            }
            return otherwise;
        }
    }

    private Frames() {}

    /** Whether a conversation does without the preface of its own, or has another one, so that only agreement before it makes it HTTP/2. */
    public static boolean haveNoPreface(List<String> lines) {
        return !lines.isEmpty() && lines.getFirst().equals(NO_PREFACE);
    }

    /** The bytes of a whole conversation, preface and empty SETTINGS before it unless it says otherwise. */
    public static byte[] encode(List<String> lines, boolean client) {
        Frames frames = new Frames();
        int at = 0;
        if (haveNoPreface(lines)) {
            at = 1;
        } else {
            if (client) {
                frames.out.writeBytes(Escapes.bytes(PREFACE));
            }
            frames.frame(4, 0, 0, new byte[0]);
        }
        while (at < lines.size()) {
            int end = at + 1;
            while (end < lines.size() && lines.get(end).startsWith("  ")) {
                end++;
            }
            frames.repeated(lines.get(at), lines.subList(at + 1, end));
            at = end;
        }
        return frames.out.toByteArray();
    }

    private void repeated(String line, List<String> fields) {
        if (line.matches("x\\d+ .*")) {
            int space = line.indexOf(' ');
            int times = Integer.parseInt(line.substring(1, space));
            for (int i = 0; i < times; i++) {
                String id = Integer.toString(2 * i + 1);
                for (String each : line.substring(space + 1).split(" ; ", -1)) {
                    one(each.replace("{i}", id), fields);
                }
            }
        } else {
            one(line, fields);
        }
    }

    private void one(String line, List<String> fields) {
        Words words = Words.of(line);
        switch (words.at(0)) {
            case "SETTINGS" -> settings(words);
            case "HEADERS" -> headers(words, fields);
            case "CONTINUATION" -> frame(9, words.has("more") ? 0 : 4, words.number(1), block(fields));
            case "DATA" -> data(words);
            case "PRIORITY" -> frame(2, 0, words.number(1), priority(words.value("depends", 0)));
            case "RST" -> frame(3, 0, words.number(1), integer(code(words.at(2))));
            case "PING" -> frame(6, 0, 0, words.quoted().isEmpty() ? new byte[8] : Escapes.bytes(words.quoted()));
            case "GOAWAY" -> frame(7, 0, 0, joined(integer(words.number(1)), integer(code(words.at(2)))));
            case "WINDOW" -> frame(8, 0, words.number(1), integer(words.number(2)));
            case "PUSH" -> frame(5, 4, words.number(1), joined(integer(words.number(2)), block(fields)));
            case "FRAME" -> raw(words);
            case "HEX" -> out.writeBytes(hex(words.at(1)));
            default -> throw new IllegalArgumentException("unknown frame: " + line);
        }
    }

    private void settings(Words words) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (String word : words.plain()) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                int id = Integer.decode(word.substring(0, equals));
                payload.write(id >>> 8);
                payload.write(id);
                payload.writeBytes(integer(Integer.parseUnsignedInt(word.substring(equals + 1))));
            }
        }
        frame(4, words.has("ack") ? 1 : 0, 0, payload.toByteArray());
    }

    private void headers(Words words, List<String> fields) {
        List<String> all = new ArrayList<>();
        List<String> plain = words.plain().stream()
                .filter(word ->
                        (!word.equals("end") && !word.equals("more") && !word.contains("=")) || word.startsWith("/"))
                .toList();
        if (plain.size() == 5) {
            all.add("  :method: " + plain.get(2));
            all.add("  :scheme: http");
            all.add("  :authority: " + plain.get(3));
            all.add("  :path: " + plain.get(4));
        }
        all.addAll(fields);
        int flags = (words.has("end") ? 1 : 0) | (words.has("more") ? 0 : 4);
        byte[] payload = block(all);
        int depends = words.value("depends", -1);
        if (depends >= 0) {
            flags |= 0x20;
            payload = joined(priority(depends), payload);
        }
        int pad = words.value("pad", -1);
        if (pad >= 0) {
            flags |= 8;
            payload = joined(new byte[] {(byte) pad}, payload, new byte[pad]);
        }
        frame(1, flags, words.number(1), payload);
    }

    private void data(Words words) {
        int pad = words.value("pad", -1);
        byte[] payload = Escapes.bytes(words.quoted());
        int flags = words.has("end") ? 1 : 0;
        if (pad >= 0) {
            flags |= 8;
            payload = joined(new byte[] {(byte) pad}, payload, new byte[pad]);
        }
        frame(0, flags, words.number(1), payload);
    }

    private void raw(Words words) {
        byte[] payload = Escapes.bytes(words.quoted());
        int length = words.value("length", payload.length);
        header(length, words.value("type", 0), words.value("flags", 0), words.value("stream", 0));
        out.writeBytes(payload);
    }

    private void frame(int type, int flags, int stream, byte[] payload) {
        header(payload.length, type, flags, stream);
        out.writeBytes(payload);
    }

    private void header(int length, int type, int flags, int stream) {
        byte[] header = new byte[HEADER_LENGTH];
        header[0] = (byte) (length >>> 16);
        header[1] = (byte) (length >>> 8);
        header[2] = (byte) length;
        header[3] = (byte) type;
        header[4] = (byte) flags;
        System.arraycopy(integer(stream), 0, header, 5, 4);
        out.writeBytes(header);
    }

    private static byte[] block(List<String> lines) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String line : lines) {
            String text = line.substring(2);
            if (text.startsWith("\\hpack ")) {
                block.writeBytes(hex(text.substring(7)));
                continue;
            }
            String field = Escapes.unescape(text);
            int colon = field.indexOf(':', 1);
            block.write(0x10);
            string(block, field.substring(0, colon));
            String value = field.substring(colon + 1);
            string(block, value.startsWith(" ") ? value.substring(1) : value);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(Escapes.bytes(text));
    }

    private static byte[] priority(int depends) {
        return joined(integer(depends), new byte[] {15});
    }

    /** The number of an error code given by name or number. */
    static int code(String name) {
        Integer code = CODES.get(name.toUpperCase(Locale.ROOT));
        return code != null ? code : Integer.decode(name);
    }

    /** The name of an error code. */
    static String codeName(long code) {
        @Nullable String found = null;
        for (Map.Entry<String, Integer> entry : CODES.entrySet()) {
            found = entry.getValue() == code ? entry.getKey() : found;
        }
        return Objects.requireNonNullElse(found, Long.toString(code));
    }

    private static byte[] integer(int value) {
        return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits.replace("_", ""));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
