package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A process of the distribution that runs commands for all tests, see {@link CommandHost}. What starts a node, reads from its input or takes
 * signals gets a process of its own.
 */
final class Commands {
    private static final Set<String> ALONE = Set.of("run", "demo", "demo-endpoint", "drill", "page", "warm-up");
    private static final Set<String> ALONE_WITH = Set.of("--run", "-");

    private static final int ERRORS_SHOWN = 4000;

    private final Map<Long, CompletableFuture<Cli.Result>> asked = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final PrintStream questions;
    private final Path errors;
    /** Why there are no more answers; null while there are. */
    private volatile @Nullable String end;

    /** @param errors where the process writes what goes wrong */
    Commands(Process process, Path errors) {
        this.errors = errors;
        questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name("commands").start(() -> read(answers));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
    }

    /** Started at the first question and ended with the tests. */
    private static final class Host {
        static final Commands ONE = start();
    }

    /** Whether a command may be run beside others in one process. */
    static boolean takes(String... arguments) {
        return arguments.length > 0
                && !ALONE.contains(arguments[0])
                && List.of(arguments).stream().noneMatch(ALONE_WITH::contains);
    }

    /** Runs a command to its end. */
    static Cli.Result run(Duration max, String... arguments) {
        return Host.ONE.ask(max, arguments);
    }

    private static Commands start() {
        try {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Path home = Cli.home().toAbsolutePath();
            String classPath = Files.readString(home.resolve("lib/classpath"))
                    .strip()
                    .replace("@LIB@", home.resolve("lib").toString());
            List<String> command = new ArrayList<>(List.of(java, "-Xms16m", "-Xmx256m"));
            command.addAll(List.of(Cli.COMPILER, "@" + home.resolve("conf/jvm.options")));
            command.addAll(List.of("-Djava.library.path=" + home.resolve("lib/native"), "-Dbridgehead.home=" + home));
            command.addAll(List.of("-cp", classPath + File.pathSeparator + ownClasses(), CommandHost.class.getName()));
            Path errors = Files.createTempFile("bridgehead-commands-", ".err");
            errors.toFile().deleteOnExit();
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put("BRIDGEHEAD_STACKTRACE", "1");
            return new Commands(builder.start(), errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path ownClasses() throws URISyntaxException {
        return Path.of(CommandHost.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    Cli.Result ask(Duration max, String... arguments) {
        long id = ids.incrementAndGet();
        CompletableFuture<Cli.Result> answer = new CompletableFuture<>();
        asked.put(id, answer);
        String over = end;
        if (over != null) {
            throw new AssertionError(over);
        }
        JsonObject question = new JsonObject().put("id", id).put("arguments", new JsonArray(List.of(arguments)));
        synchronized (questions) {
            questions.println(question.encode());
        }
        try {
            return answer.get(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a command did not end: " + String.join(" ", arguments), e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read(BufferedReader answers) {
        String why = "the process that runs commands ended";
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                JsonObject answer = new JsonObject(line);
                CompletableFuture<Cli.Result> waiting = asked.remove(answer.getLong("id"));
                if (waiting != null) {
                    waiting.complete(new Cli.Result(
                            answer.getInteger("exit"), answer.getString("out"), answer.getString("err")));
                }
            }
        } catch (IOException | RuntimeException e) {
            why = "what runs commands cannot be understood: " + e;
        }
        String over = why + "; the last of what it wrote:\n" + lastErrors();
        end = over;
        IllegalStateException gone = new IllegalStateException(over);
        asked.values().forEach(waiting -> waiting.completeExceptionally(gone));
    }

    private String lastErrors() {
        try {
            String text = Files.readString(errors);
            return text.substring(Math.max(0, text.length() - ERRORS_SHOWN));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
