package io.bridgehead.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Fuzzes every target that there is, each in a Java virtual machine of its own, for as long as the system property {@code fuzz.duration}
 * says, or for fewer inputs when it is brief; {@code fuzz.target} picks some by name. What a target printed, and the input that it failed
 * on, are under {@code target/fuzz}. Two go at a time.
 */
final class FuzzTargetsTest {
    private static final String DURATION = System.getProperty("fuzz.duration", "60s");
    /** Only targets whose name has this in it. */
    private static final String WANTED = System.getProperty("fuzz.target", "");

    /**
     * Whether inputs are also guided by what is compared with what, and every run is watched for what Jazzer knows as dangerous calls: it
     * finds more in the long run, and makes each run and the start slow. Without it coverage alone guides.
     */
    private static final boolean THOROUGH = Boolean.getBoolean("fuzz.thorough");

    /** What is left out then, and compiling well, which takes longer than it gains in so short a time. */
    private static final List<String> BRIEF_JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** Inputs: what costs little has seen enough long before its time is over. */
    private static final String BRIEF_RUNS_MAX = "20000";

    private static final String BRIEF_TRACE = "cov";
    private static final String BRIEF_WITHOUT = Stream.of(
                    "BigDecimal",
                    "ClojureLangHooks",
                    "Deserialization",
                    "ExpressionLanguageInjection",
                    "FilePathTraversal",
                    "LdapInjection",
                    "NamingContextLookup",
                    "OsCommandInjection",
                    "ReflectiveCall",
                    "RegexInjection",
                    "RegexRoadblocks",
                    "ScriptEngineInjection",
                    "ServerSideRequestForgery",
                    "SqlInjection",
                    "TemplateInjection",
                    "UnsafeSanitizer",
                    "XPathInjection",
                    "XmlParserSsrfGuidance")
            .map("com.code_intelligence.jazzer.sanitizers."::concat)
            .collect(Collectors.joining(":"));

    private static final int AT_ONCE = 2;
    private static final long START_SECONDS_MAX = 180;
    private static final int RUNS_AT_LEAST = 50;
    private static final int SHOWN_LINES = 60;
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in \\d+ second");
    private static final String BLIND = "Is the code instrumented for coverage?";
    private static final Path FOLDER = Path.of("target", "fuzz").toAbsolutePath();

    @TestFactory
    @Timeout(value = 1, unit = TimeUnit.DAYS) // each process has its own bound
    Stream<DynamicTest> findNothing() throws IOException {
        Map<String, CompletableFuture<Void>> targets = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        for (String target : targets()) {
            targets.put(target, CompletableFuture.runAsync(() -> fuzz(target), threads));
        }
        threads.shutdown();
        assertThat(targets).hasSizeGreaterThan(WANTED.isEmpty() ? 8 : 0);
        return targets.entrySet().stream()
                .map(target -> DynamicTest.dynamicTest(
                        target.getKey(), () -> target.getValue().join()));
    }

    private static List<String> targets() throws IOException {
        Path classes = Path.of(FuzzTargetsTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith("Fuzz.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> name.contains(WANTED))
                    .sorted()
                    .toList();
        }
    }

    private static void fuzz(String target) {
        try {
            Path folder = Files.createDirectories(FOLDER.resolve(target));
            Path log = folder.resolve("log");
            Process process = start(target, folder, log);
            long seconds = START_SECONDS_MAX + Duration.parse("PT" + DURATION).toSeconds();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(target + ": no end after " + seconds + " s: " + tail(log));
            }
            String printed = Files.readString(log);
            Matcher done = DONE.matcher(printed);
            boolean ran = done.find()
                    && Integer.parseInt(done.group(1)) >= RUNS_AT_LEAST
                    && !printed.contains(BLIND); // or the inputs that it began with are forgotten at once
            if (process.exitValue() != 0 || !ran) {
                throw new AssertionError(
                        target + ": exit code " + process.exitValue() + ", see " + log + ": " + tail(log));
            }
        } catch (IOException e) {
            throw new AssertionError(target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(target, e);
        }
    }

    private static Process start(String target, Path folder, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("bridgehead.jvm.flags", "").split(" ")));
        command.removeIf(String::isEmpty);
        command.addAll(THOROUGH ? List.of() : BRIEF_JVM);
        command.addAll(List.of(
                "-Xmx512m",
                "-ea",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                FuzzRun.class.getName(),
                target));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAZZER_FUZZ", "1");
        builder.environment().put("JAZZER_MAX_DURATION", DURATION);
        if (!THOROUGH) {
            builder.environment().put("JAZZER_MAX_EXECUTIONS", BRIEF_RUNS_MAX);
            builder.environment().put("JAZZER_TRACE", BRIEF_TRACE);
            builder.environment().put("JAZZER_DISABLED_HOOKS", BRIEF_WITHOUT);
        }
        return builder.start();
    }

    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
}
