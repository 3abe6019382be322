package io.bridgehead.e2e.harness;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One gateway node as a process, which can be stopped, killed, halted and started again. */
public final class TestNode {
    private static final Duration END_MAX = Duration.ofSeconds(20);

    private final String site;
    private final String name;
    private final Path folder;
    private final PortNumbers ports;
    private final GatewayYaml yaml = new GatewayYaml();
    private volatile String javaOptions = "";
    private volatile Path program = Cli.launcher();
    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Process> process = new AtomicReference<>();

    /** The ports of a node. */
    public record PortNumbers(int http, int tunnel, int cluster, int metrics) {}

    private TestNode(String site, String name, Path folder) {
        this.site = site;
        this.name = name;
        this.folder = folder;
        this.ports = new PortNumbers(Ports.next(), Ports.next(), Ports.next(), Ports.next());
    }

    /** A node that belongs to no fabric yet, with a listener {@code http}; its keys are still to be made. */
    public static TestNode in(Path parent, String site, String name, String trustDomain) {
        try {
            TestNode node = new TestNode(site, name, Files.createDirectory(parent.resolve(name)));
            node.configure(trustDomain);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(String trustDomain) {
        yaml.set("node", name)
                .set("site", "{ name: " + site + " }")
                .set(
                        "identity",
                        "{ trustDomain: " + trustDomain
                                + ", files: { certificate: node.crt, key: node.key, bundle: ca.crt } }")
                .set("state", "{ directory: state }")
                .set("admin", "{ socket: admin.sock, metrics: { address: 127.0.0.1, port: " + ports.metrics() + " } }")
                .set("telemetry", "{ accessLog: { enabled: false } }")
                .set("limits", "{ drainTimeout: 2s }")
                .set("loops", "1")
                .set("trust", "{ unsafeEndpoints: true }")
                .listener("http", ports.http(), "");
        know(List.of());
    }

    /** Names the other nodes in this one's configuration. */
    public void know(List<TestNode> all) {
        List<String> peers = all.stream()
                .filter(other -> !other.site.equals(site))
                .map(other -> "\"127.0.0.1:" + other.ports.tunnel() + "\"")
                .toList();
        List<String> members = all.stream()
                .filter(other -> other != this)
                .map(other -> "\"127.0.0.1:" + other.ports.cluster() + "\"")
                .toList();
        yaml.set(
                "tunnel",
                "{ address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\", peers: [ %2$s ] }"
                        .formatted(ports.tunnel(), String.join(", ", peers)));
        yaml.set(
                "cluster",
                "{ address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\", members: [ %2$s ] }"
                        .formatted(ports.cluster(), String.join(", ", members)));
    }

    public String site() {
        return site;
    }

    public String name() {
        return name;
    }

    public Path folder() {
        return folder;
    }

    public PortNumbers ports() {
        return ports;
    }

    /** The port of its plain HTTP listener. */
    public int http() {
        return ports.http();
    }

    public GatewayYaml yaml() {
        return yaml;
    }

    public Path config() {
        return folder.resolve("gateway.yaml");
    }

    public Path socket() {
        return folder.resolve("admin.sock");
    }

    /** Writes gateway.yaml as it stands. */
    public void write() {
        write(yaml.text());
    }

    /** Writes another gateway.yaml. */
    public void write(String text) {
        try {
            Files.writeString(config(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Further options of the Java virtual machine, from the next start on. */
    public TestNode javaOptions(String options) {
        javaOptions = options;
        return this;
    }

    /** The launcher of another distribution, from the next start on. */
    public TestNode program(Path launcher) {
        program = launcher;
        return this;
    }

    /** A variable of its environment, from the next start on. */
    public TestNode environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** The number of the process. */
    public long pid() {
        Process running = process.get();
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return running.pid();
    }

    /** Waits until the process has ended by itself; says the exit code. */
    public int awaitEnd() {
        Process running = process.getAndSet(null);
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        await(running);
        return running.exitValue();
    }

    /** Starts the process; its output is appended to the log. */
    public void start() {
        try {
            Process old = process.get();
            if (old != null && old.isAlive()) {
                throw new IllegalStateException(name + " runs already");
            }
            ProcessBuilder builder = Cli.process("run", "--config", config().toString());
            builder.command().set(0, program.toString());
            builder.environment().merge("BRIDGEHEAD_JAVA_OPTS", javaOptions, (usual, more) -> usual + " " + more);
            builder.environment().putAll(environment);
            process.set(builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log.txt").toFile()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, and the end of it. */
    public void kill() {
        Process running = process.getAndSet(null);
        if (running != null) {
            running.destroyForcibly();
            await(running);
        }
    }

    /** SIGTERM; says the exit code. */
    public int stop() {
        Process running = process.getAndSet(null);
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        running.destroy();
        await(running);
        return running.exitValue();
    }

    /** Sends another signal, such as STOP or CONT, to the process. */
    public void signal(String signal) {
        tell("kill", "-" + signal);
    }

    /** From now on no file of the process grows beyond so many bytes, as on a disk that is full. */
    public void limitFiles(long bytes) {
        tell("prlimit", "--fsize=" + bytes + ":unlimited", "--pid");
    }

    /** Files of the process grow as they like again. */
    public void unlimitFiles() {
        tell("prlimit", "--fsize=unlimited:unlimited", "--pid");
    }

    private void tell(String... command) {
        Process running = process.get();
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        List<String> words = new ArrayList<>(List.of(command));
        words.add(Long.toString(running.pid()));
        try {
            await(new ProcessBuilder(words).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean runs() {
        Process running = process.get();
        return running != null && running.isAlive();
    }

    /** Waits until it says that it is ready; fails at once when the process ends. */
    public TestNode awaitReady() {
        Patience.until(name + " ready", () -> {
            if (!runs()) {
                throw new AssertionError(name + " ended while it started:\n" + log());
            }
            return ask("/ready") != null;
        });
        return this;
    }

    /** A resource of its admin API. */
    public JsonObject get(String path) {
        JsonObject answer = ask(path);
        if (answer == null) {
            throw new AssertionError(name + " does not answer " + path);
        }
        return answer;
    }

    /** A resource of its admin API, or null when it does not answer well. */
    public @Nullable JsonObject ask(String path) {
        try {
            AdminClient.Answer answer = new AdminClient(socket()).get(path);
            return answer.ok() ? new JsonObject(answer.body()) : null;
        } catch (NodeUnreachableException e) {
            return null;
        }
    }

    /** What it would do with a request. */
    public JsonObject explain(String listener, String method, String url) {
        JsonObject question =
                new JsonObject().put("listener", listener).put("method", method).put("url", url);
        try {
            return new JsonObject(new AdminClient(socket())
                    .post("/v1/explain", Map.of(), question.encode().getBytes(StandardCharsets.UTF_8))
                    .body());
        } catch (NodeUnreachableException e) {
            throw new AssertionError(e);
        }
    }

    /** All meters in Prometheus' form. */
    public String metrics() {
        try {
            return new AdminClient(socket()).get("/metrics").body();
        } catch (NodeUnreachableException e) {
            throw new AssertionError(e);
        }
    }

    /** The sum of the series whose line begins so and has all of these parts. */
    public double meter(String begin, String... parts) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(begin))
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until a {@link #meter} is as wanted: a client sees the end of something a moment before the node has counted it. */
    public void awaitMeter(DoublePredicate wanted, String begin, String... parts) {
        Patience.until(
                name + " counts as wanted " + begin + " " + List.of(parts),
                () -> wanted.test(meter(begin, parts)),
                () -> meter(begin, parts) + " of\n"
                        + metrics()
                                .lines()
                                .filter(line -> line.startsWith(begin))
                                .collect(Collectors.joining("\n")));
    }

    /** How many objects of a class its memory holds that are in use, after a collection of the others. */
    public long alive(String className) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process asked = new ProcessBuilder(jcmd, Long.toString(pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String histogram = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            await(asked);
            return histogram
                    .lines()
                    .map(line -> line.trim().split(" +", -1))
                    .filter(columns -> columns.length > 3 && columns[3].equals(className))
                    .mapToLong(columns -> Long.parseLong(columns[1]))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its status has these words under a key, such as {@code problems}. */
    public void awaitStatus(String key, String... words) {
        Patience.until(
                name + " says of " + key + " " + List.of(words),
                () -> List.of(words).stream().allMatch(said(key)::contains),
                () -> said(key));
    }

    private String said(String key) {
        JsonObject status = ask("/v1/status");
        return status == null ? "" : String.valueOf(status.getValue(key));
    }

    public String revision() {
        return get("/v1/status").getString("revision");
    }

    /** Everything that its processes wrote so far. */
    public String log() {
        Path log = folder.resolve("log.txt");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the log has a line with all these words. */
    public void awaitLog(String... words) {
        awaitLogBeyond(0, words);
    }

    /** Waits until the log has such a line behind so many characters, which it had before. */
    public void awaitLogBeyond(int before, String... words) {
        Patience.until(
                name + " logs " + List.of(words),
                () -> log().substring(before)
                        .lines()
                        .anyMatch(line -> List.of(words).stream().allMatch(line::contains)));
    }

    private static void await(Process ending) {
        try {
            if (!ending.waitFor(Patience.bound(END_MAX).toMillis(), TimeUnit.MILLISECONDS)) {
                ending.destroyForcibly();
                throw new AssertionError("a process did not end within " + END_MAX + ": " + ending.info());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
