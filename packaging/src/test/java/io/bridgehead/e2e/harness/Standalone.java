package io.bridgehead.e2e.harness;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code bridgehead run --standalone} as a process, with the folder that it serves. */
public final class Standalone implements AutoCloseable {
    private static final Duration END_MAX = Duration.ofSeconds(20);

    private final Path folder;
    private final Path manifests;
    private final AtomicReference<@Nullable Process> process = new AtomicReference<>();

    private Standalone(Path folder, Path manifests) {
        this.folder = folder;
        this.manifests = manifests;
    }

    /** A folder without manifests, and no process yet. */
    public static Standalone in(Path parent) {
        try {
            return new Standalone(parent, Files.createDirectories(parent.resolve("manifests")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder that is served. */
    public Path manifests() {
        return manifests;
    }

    public Path socket() {
        return folder.resolve("admin.sock");
    }

    /** Writes a file of the folder, all at once. */
    public Standalone write(String name, String text) {
        try {
            Path part = folder.resolve(name + ".part");
            Files.writeString(part, text);
            Files.move(part, manifests.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file of the folder. */
    public Standalone remove(String name) {
        try {
            Files.delete(manifests.resolve(name));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the process. */
    public Standalone start() {
        try {
            process.set(Cli.process("run", "--standalone", manifests.toString(), "--socket", socket().toString())
                    .redirectOutput(folder.resolve("out.txt").toFile())
                    .redirectError(folder.resolve("log.txt").toFile())
                    .start());
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has said {@code ready}. */
    public Standalone awaitReady() {
        Patience.until("standalone node ready", this::saidReady, this::log);
        return this;
    }

    /** Whether it has said {@code ready}. */
    public boolean saidReady() {
        if (!runs()) {
            throw new AssertionError("it ended while it started:\n" + log());
        }
        return text("out.txt").equals("ready\n");
    }

    public boolean runs() {
        Process running = process.get();
        return running != null && running.isAlive();
    }

    /** Waits until it has taken a change: its revision is another one than before. */
    public void awaitRevisionAfter(String before) {
        Patience.until("another revision than " + before, () -> !revision().equals(before), this::log);
    }

    /** The number of the set of manifests that is served. */
    public String revision() {
        return get("/v1/status").getString("revision");
    }

    /** A resource of its admin API. */
    public JsonObject get(String path) {
        try {
            AdminClient.Answer answer = new AdminClient(socket()).get(path);
            if (!answer.ok()) {
                throw new AssertionError(path + ": " + answer);
            }
            return new JsonObject(answer.body());
        } catch (NodeUnreachableException e) {
            throw new AssertionError(log(), e);
        }
    }

    /** All meters in Prometheus' form. */
    public String metrics() {
        try {
            return new AdminClient(socket()).get("/metrics").body();
        } catch (NodeUnreachableException e) {
            throw new AssertionError(log(), e);
        }
    }

    /** The object of a list such as {@code routes}, by its name. */
    public JsonObject object(String list, String name) {
        for (Object one : get("/v1/" + list).getJsonArray(list)) {
            if (((JsonObject) one).getString("name").equals(name)) {
                return (JsonObject) one;
            }
        }
        throw new AssertionError("no " + name + " among " + list);
    }

    /** A condition of a list of conditions, such as {@code True Accepted}. */
    public static String condition(JsonArray conditions, String type) {
        for (Object one : conditions) {
            JsonObject condition = (JsonObject) one;
            if (condition.getString("type").equals(type)) {
                return condition.getString("status") + " " + condition.getString("reason");
            }
        }
        return "none";
    }

    /** A condition of a route at its first parent. */
    public String ofRoute(String name, String type) {
        return ofRoute(name, 0, type);
    }

    /** A condition of a route at one of its parents. */
    public String ofRoute(String name, int parent, String type) {
        return condition(
                object("routes", name)
                        .getJsonObject("status")
                        .getJsonArray("parents")
                        .getJsonObject(parent)
                        .getJsonArray("conditions"),
                type);
    }

    /** A condition of a gateway or set of listeners as a whole. */
    public String ofGateway(String name, String type) {
        return condition(object("gateways", name).getJsonObject("status").getJsonArray("conditions"), type);
    }

    /** What is told of a listener of a gateway or set. */
    public JsonObject listener(String gateway, String name) {
        for (Object one : object("gateways", gateway).getJsonObject("status").getJsonArray("listeners")) {
            if (((JsonObject) one).getString("name").equals(name)) {
                return (JsonObject) one;
            }
        }
        throw new AssertionError("no listener " + name + " of " + gateway);
    }

    /** A condition of a listener. */
    public String ofListener(String gateway, String name, String type) {
        return condition(listener(gateway, name).getJsonArray("conditions"), type);
    }

    /** A condition of a policy at its first gateway. */
    public String ofPolicy(String name, String type) {
        return condition(
                object("policies", name)
                        .getJsonObject("status")
                        .getJsonArray("ancestors")
                        .getJsonObject(0)
                        .getJsonArray("conditions"),
                type);
    }

    /** Everything that it has logged. */
    public String log() {
        return text("log.txt");
    }

    /** Waits until the log has a line with all these words. */
    public void awaitLog(String... words) {
        Patience.until(
                "the log has a line with " + String.join(", ", words),
                () -> log().lines()
                        .anyMatch(line -> java.util.List.of(words).stream().allMatch(line::contains)),
                this::log);
    }

    private String text(String file) {
        Path path = folder.resolve(file);
        try {
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM; says the exit code. */
    public int stop() {
        Process running = Objects.requireNonNull(process.getAndSet(null), "it does not run");
        running.destroy();
        try {
            if (!running.waitFor(Patience.bound(END_MAX).toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("it did not end within " + END_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return running.exitValue();
    }

    @Override
    public void close() {
        Process running = process.getAndSet(null);
        if (running != null) {
            running.destroyForcibly();
        }
    }
}
