package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

final class WatchedTest {
    /** As a pipe whose reader takes what it wants and goes. */
    private static final class Pipe extends OutputStream {
        private final StringBuilder read = new StringBuilder();
        private final int wanted;

        Pipe(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void write(int letter) throws IOException {
            if (read.length() >= wanted) {
                throw new IOException("Broken pipe");
            }
            read.append((char) letter);
        }
    }

    @Test
    @Timeout(30)
    void itIsPrintedAgainWhenOneOfItsListsIsAnother() throws NodeUnreachableException {
        AtomicInteger asked = new AtomicInteger();
        Pipe pipe = new Pipe(120);
        Watched watched = new Watched();
        new CommandLine(watched).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--watch");
        PrintWriter out = new PrintWriter(pipe, true, StandardCharsets.UTF_8);
        JsonObject last = watched.show(
                out,
                () -> new JsonObject()
                        .put("restless", asked.incrementAndGet())
                        .put("one", new JsonArray())
                        .put("other", new JsonArray().add(new JsonObject().put("n", asked.get() / 3))),
                List.of("one", "other"),
                answer -> out.println("the other is " + answer.getJsonArray("other")));
        assertThat(pipe.read.toString().lines().filter(line -> line.startsWith("the other is ")))
                .startsWith("the other is [{\"n\":0}]", "the other is [{\"n\":1}]");
        assertThat(last.getInteger("restless")).as("three looks a change").isGreaterThanOrEqualTo(6);
    }

    @Test
    @Timeout(30)
    void itEndsWhenNobodyReadsAnyMore() throws NodeUnreachableException {
        AtomicInteger asked = new AtomicInteger();
        Pipe pipe = new Pipe(60);
        Watched watched = new Watched();
        new CommandLine(watched).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("--watch");
        watched.show(
                new PrintWriter(pipe, true, StandardCharsets.UTF_8),
                () -> new JsonObject()
                        .put("rows", new JsonArray().add(new JsonObject().put("n", asked.incrementAndGet()))),
                "rows",
                "number=n");
        assertThat(asked).hasValueBetween(2, 3);
        assertThat(pipe.read).contains("NUMBER\n1\n");
    }
}
