package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.http2.Reading.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's user was told beside what a plain reading of the frames finds.
 *
 * @param bed where the frames came
 */
record Comparison(Bed bed, Served served) {
    /** A path that means the same to everybody. */
    private static final Pattern PLAIN_PATH = Pattern.compile("(/[a-zA-Z0-9_~-]+)+/?(\\?[a-zA-Z0-9=&]*)?");

    /** What is no field of a request once it was read. */
    private static final Set<String> TAKEN = Set.of("host", "cookie");

    private static final Set<String> TAKEN_OF_WEB_SOCKETS = Set.of("sec-websocket-key", "content-length");

    /** A server's side of it. */
    void request(WireLimits limits) {
        Reading.Said said = bed.came.stream(served.id);
        if (said == null || said.heads.isEmpty()) {
            bed.check(false, "a request on stream " + served.id + " that nobody sent");
            return;
        }
        List<Field> block = said.heads.getFirst();
        RequestHead head = served.request;
        boolean webSocket = head.isWebSocket();
        same("method", head.method(), webSocket ? "GET" : value(block, ":method"));
        String authority = value(block, ":authority") == null ? value(block, "host") : value(block, ":authority");
        same("authority", head.authority(), authority == null ? null : authority.toLowerCase(Locale.ROOT));
        String path = value(block, ":path");
        if (path != null && PLAIN_PATH.matcher(path).matches()) {
            same("path", head.path(), path);
        }
        List<Field> expected = block.stream()
                .filter(field -> !field.name().startsWith(":") && !TAKEN.contains(field.name()))
                .filter(field -> !webSocket || !TAKEN_OF_WEB_SOCKETS.contains(field.name()))
                .toList();
        List<Field> fields = list(head.fields());
        same("cookies", cookies(fields), cookies(block));
        same(
                "fields",
                fields.stream().filter(field -> !TAKEN.contains(field.name())).toList(),
                expected);
        bed.check(block.size() <= limits.fieldsMax() + 6, block.size() + " fields were taken");
        int size = block.stream()
                .mapToInt(field -> field.name().length() + field.value().length())
                .sum();
        bed.check(size <= limits.headBytesMax(), "a head of " + size + " bytes was taken");
        body(said, webSocket || head.isConnect() ? null : value(block, "content-length"));
        trailers(said, 1);
    }

    /** A client's side of it. */
    void answer(WireLimits limits) {
        bed.check(served.informational.size() <= limits.informationalMax(), "too many 1xx");
        Reading.Said said = bed.came.stream(served.id);
        int at = served.informational.size();
        if (served.answer == null) {
            bed.check(served.body.size() == 0 && served.trailers == null, "a body without a head");
            return;
        }
        if (said == null || said.heads.size() <= at) {
            bed.check(false, "an answer on stream " + served.id + " that nobody sent");
            return;
        }
        for (int i = 0; i < at; i++) {
            same("1xx", Integer.toString(served.informational.get(i).status()), value(said.heads.get(i), ":status"));
        }
        List<Field> block = said.heads.get(at);
        boolean webSocket = served.request.isWebSocket();
        String status = value(block, ":status");
        boolean agreed = webSocket && status != null && status.startsWith("2");
        same("status", Integer.toString(served.answer.status()), agreed ? "101" : status);
        Set<String> taken =
                agreed ? Set.of("sec-websocket-accept") : "204".equals(status) ? Set.of("content-length") : Set.of();
        List<Field> expected = block.stream()
                .filter(field -> !field.name().startsWith(":") && !field.name().equals("cookie"))
                .filter(field -> !field.name().equals("host") && !taken.contains(field.name()))
                .toList();
        same(
                "fields",
                list(served.answer.fields()).stream()
                        .filter(field -> !field.name().equals("cookie"))
                        .toList(),
                expected);
        boolean bodiless = served.request.isHead()
                || served.request.isConnect()
                || agreed
                || Set.of("204", "304").contains(String.valueOf(status));
        body(said, bodiless ? null : value(block, "content-length"));
        trailers(said, at + 1);
    }

    private void body(Reading.Said said, @Nullable String length) {
        byte[] told = served.body.toByteArray();
        byte[] sent = said.body.toByteArray();
        bed.check(
                told.length <= sent.length && Arrays.equals(told, Arrays.copyOf(sent, told.length)),
                "stream " + served.id + ": another body than was sent");
        if (served.ended) {
            bed.check(said.ended, "stream " + served.id + ": an end that was not sent");
            bed.check(
                    served.isOver() || told.length == sent.length || said.afterEnd,
                    "stream " + served.id + ": " + told.length + " bytes of " + sent.length);
            bed.check(
                    length == null || Long.parseLong(length) == told.length || served.reset,
                    "stream " + served.id + ": " + told.length + " bytes where " + length + " were announced");
        }
    }

    private void trailers(Reading.Said said, int at) {
        HeaderFields trailers = served.trailers;
        if (trailers == null) {
            return;
        }
        if (said.heads.size() <= at) {
            bed.check(false, "stream " + served.id + ": trailers that nobody sent");
            return;
        }
        List<Field> sent = new ArrayList<>(said.heads.get(at));
        for (Field field : list(trailers)) {
            bed.check(sent.contains(field), "stream " + served.id + ": a trailer that nobody sent: " + field);
            bed.check(!field.name().startsWith(":"), "stream " + served.id + ": a pseudo-field as a trailer");
        }
    }

    private void same(String what, @Nullable Object told, @Nullable Object sent) {
        bed.check(
                told != null && told.equals(sent), "stream " + served.id + ", " + what + ": " + told + " for " + sent);
    }

    private static List<Field> list(HeaderFields fields) {
        List<Field> list = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            list.add(new Field(fields.name(i), fields.value(i)));
        }
        return list;
    }

    private static String cookies(List<Field> fields) {
        return String.join(
                "; ",
                fields.stream()
                        .filter(field -> field.name().equals("cookie"))
                        .map(Field::value)
                        .toList());
    }

    private static @Nullable String value(List<Field> block, String name) {
        return block.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst()
                .orElse(null);
    }
}
