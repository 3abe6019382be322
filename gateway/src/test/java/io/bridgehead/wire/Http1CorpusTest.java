package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the corpus of HTTP/1.1 byte sequences gets the verdict that stands beside it, however the bytes
 * arrive.
 */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http1CorpusTest {
    private WireBed bed = new WireBed();
    private int port;

    record Case(String name, String text, List<String> verdicts) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void listen() {
        port = bed.listen((loop, channel) ->
                HttpServerConnection.http1(loop, channel, WireLimits.edge(), new Answers(), new Quiet()));
    }

    @AfterAll
    void stop() {
        bed.close();
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void allAtOnce(Case given) throws IOException {
        try (RawHttp client = RawHttp.connect(port)) {
            client.send(given.text());
            expect(given, client);
        }
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void byteByByte(Case given) throws IOException {
        try (RawHttp client = RawHttp.connect(port)) {
            for (byte b : given.text().getBytes(StandardCharsets.ISO_8859_1)) {
                try {
                    client.send(new byte[] {b});
                } catch (IOException e) {
                    break; // refused before its end
                }
            }
            expect(given, client);
        }
    }

    private static void expect(Case given, RawHttp client) throws IOException {
        for (String verdict : given.verdicts()) {
            RawHttp.Message answer = client.message();
            if (verdict.length() == 3) {
                assertThat(answer.status()).isEqualTo(Integer.parseInt(verdict));
                assertThat(answer.head().toLowerCase(Locale.ROOT))
                        .contains("connection: close")
                        .contains("proxy-status: bridgehead; error=")
                        .contains("content-type: application/problem+json");
                assertThat(client.rest()).isEmpty();
            } else {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().trim()).isEqualTo(verdict);
            }
        }
    }

    static Stream<Case> corpus() {
        List<Case> cases = new ArrayList<>();
        String name = "";
        StringBuilder bytes = new StringBuilder();
        List<String> verdicts = new ArrayList<>();
        for (String line : lines()) {
            if (line.startsWith("== ")) {
                name = line.substring(3);
                bytes.setLength(0);
                verdicts = new ArrayList<>();
                cases.add(new Case(name, "", verdicts));
            } else if (line.startsWith("=> ")) {
                verdicts.add(unescape(line.substring(3)));
                cases.set(cases.size() - 1, new Case(name, unescape(bytes.toString()), verdicts));
            } else if (!line.startsWith("#")) {
                bytes.append(line);
            }
        }
        assertThat(cases).hasSizeGreaterThan(90);
        return cases.stream();
    }

    private static List<String> lines() {
        try (InputStream in = Http1CorpusTest.class.getResourceAsStream("/wire/http1-requests.txt")) {
            if (in == null) {
                throw new AssertionError("the corpus is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unescape(String text) {
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
                default -> throw new AssertionError("unknown escape \\" + kind);
            }
        }
        return out.toString();
    }
}
