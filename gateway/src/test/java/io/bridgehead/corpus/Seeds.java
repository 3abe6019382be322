package io.bridgehead.corpus;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The corpus as the first inputs of fuzz targets. */
public final class Seeds {
    private Seeds() {}

    /** What HTTP/1.1 clients send. */
    public static Stream<Arguments> requests() {
        return Stream.of("smuggling", "paths", "hosts", "request-lines", "fields")
                .flatMap(family -> CaseFile.read(family).stream())
                .map(Case::http1)
                .filter(Objects::nonNull)
                .map(Seeds::argument);
    }

    /** Chunked bodies of clients. */
    public static Stream<Arguments> chunkedBodies() {
        return CaseFile.read("chunks").stream()
                .map(Case::http1)
                .filter(Objects::nonNull)
                .map(text -> argument(text.substring(text.indexOf("\r\n\r\n") + 4)));
    }

    /** What endpoints answer. */
    public static Stream<Arguments> answers() {
        return CaseFile.read("endpoints").stream()
                .map(given -> argument(given.endpoint().answer()));
    }

    /** Paths and queries. */
    public static Stream<Arguments> targets() {
        return targets("paths");
    }

    private static Stream<Arguments> targets(String family) {
        return CaseFile.read(family).stream()
                .map(Case::http1)
                .filter(Objects::nonNull)
                .map(text -> List.of(text.split(" ", 3)))
                .filter(words -> words.size() == 3)
                .map(words -> argument(words.get(1)));
    }

    private static Arguments argument(String bytes) {
        return Arguments.of((Object) Escapes.bytes(bytes));
    }
}
