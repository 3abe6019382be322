package io.bridgehead.corpus;

import java.util.ArrayList;
import java.util.List;

/** A request that means the same in both versions of HTTP: {@code METHOD AUTHORITY TARGET}, fields, and perhaps {@code [body]}. */
final class NeutralRequest {
    private NeutralRequest() {}

    static String http1(List<String> lines) {
        String[] first = lines.getFirst().split(" ", 3);
        StringBuilder text = new StringBuilder()
                .append(first[0])
                .append(' ')
                .append(Escapes.unescape(first[2]))
                .append(" HTTP/1.1\r\nHost: ")
                .append(Escapes.unescape(first[1]))
                .append("\r\n");
        String body = "";
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("[")) {
                body = body(line);
                text.append("Content-Length: ").append(body.length()).append("\r\n");
            } else {
                text.append(Escapes.unescape(line)).append("\r\n");
            }
        }
        return text.append("\r\n").append(body).toString();
    }

    static List<String> frames(List<String> lines) {
        String[] first = lines.getFirst().split(" ", 3);
        List<String> frames = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        String body = "";
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("[")) {
                body = body(line);
                fields.add("  content-length: " + body.length());
            } else {
                int colon = line.indexOf(':');
                fields.add("  " + line.substring(0, colon).toLowerCase(java.util.Locale.ROOT) + line.substring(colon));
            }
        }
        frames.add("HEADERS 1" + (body.isEmpty() ? " end" : ""));
        frames.add("  :method: " + first[0]);
        frames.add("  :scheme: http");
        frames.add("  :authority: " + first[1]);
        frames.add("  :path: " + first[2]);
        frames.addAll(fields);
        if (!body.isEmpty()) {
            frames.add("DATA 1 end \"" + body + "\"");
        }
        return frames;
    }

    private static String body(String line) {
        return line.substring(1, line.lastIndexOf(']'));
    }
}
