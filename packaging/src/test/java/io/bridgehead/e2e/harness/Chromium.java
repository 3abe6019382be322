package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A browser without a screen, driven over the DevTools protocol on a port that it chooses. One page at a time. */
public final class Chromium implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;

    private final Process process;
    private final Path folder;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger numbers = new AtomicInteger();
    private @Nullable String session;

    private Chromium(Process process, Path folder, String address) {
        this.process = process;
        this.folder = folder;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new Listening())
                .join();
    }

    /** Starts one whose pages and screenshots are kept in {@code target/interop/chromium}. */
    public static Chromium start() {
        OutsideProgram program = new OutsideProgram("chromium", "chromium");
        Path profile = program.folder().resolve("profile");
        try {
            Files.deleteIfExists(profile.resolve("DevToolsActivePort"));
            Files.createDirectories(profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process process = program.start(
                List.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile),
                program.folder());
        try {
            Path port = profile.resolve("DevToolsActivePort");
            Patience.until(
                    "the browser says where it listens", () -> lines(port).size() == 2);
            List<String> said = lines(port);
            Chromium chromium =
                    new Chromium(process, program.folder(), "ws://127.0.0.1:" + said.getFirst() + said.getLast());
            chromium.openPage();
            return chromium;
        } catch (RuntimeException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void openPage() {
        String target = call("Target.createTarget", new JsonObject().put("url", "about:blank"))
                .getString("targetId");
        session = call(
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", target).put("flatten", true))
                .getString("sessionId");
        for (String part : List.of("Page", "Runtime", "Log", "Security")) {
            call(part + ".enable", new JsonObject());
        }
    }

    /** Takes what the browser says, which may come in parts. */
    private final class Listening implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonObject said = new JsonObject(text.toString());
                text.setLength(0);
                heard(said);
            }
            from.request(1);
            return null;
        }
    }

    private void heard(JsonObject said) {
        Integer number = said.getInteger("id");
        String method = said.getString("method", "");
        if (number != null) {
            CompletableFuture<JsonObject> answer = waiting.remove(number);
            if (answer != null) {
                answer.complete(said);
            }
        } else if (method.equals("Runtime.exceptionThrown")
                || method.equals("Log.entryAdded")
                || method.equals("Page.javascriptDialogOpening")) {
            complaints.add(said.encode());
        }
    }

    private JsonObject call(String method, JsonObject parameters) {
        int number = numbers.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(number, answer);
        JsonObject question =
                new JsonObject().put("id", number).put("method", method).put("params", parameters);
        if (session != null) {
            question.put("sessionId", session);
        }
        try {
            socket.sendText(question.encode(), true).get(ANSWER_SECONDS, TimeUnit.SECONDS);
            JsonObject said = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (said.containsKey("error")) {
                throw new AssertionError(method + ": " + said.encode());
            }
            return said.getJsonObject("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(method + ": the browser does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens another page and leaves the one before as it is, out of sight. */
    public void openAnother(String url) {
        session = null;
        openPage();
        open(url);
    }

    /** Goes somewhere. */
    public void open(String url) {
        call("Page.navigate", new JsonObject().put("url", url));
    }

    /** How the page is shown; the scheme is light or dark. */
    public void look(int width, int height, String scheme) {
        call(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
        JsonObject feature =
                new JsonObject().put("name", "prefers-color-scheme").put("value", scheme);
        call("Emulation.setEmulatedMedia", new JsonObject().put("features", new JsonArray().add(feature)));
    }

    /** What an expression comes to in the page, as text. */
    public String ask(String expression) {
        JsonObject result = call(
                        "Runtime.evaluate",
                        new JsonObject()
                                .put("expression", "String(" + expression + ")")
                                .put("awaitPromise", true)
                                .put("returnByValue", true))
                .getJsonObject("result");
        return String.valueOf(result.getValue("value"));
    }

    /** Whether an expression is true in the page, which may be on its way to another; while it is, nothing is. */
    public boolean holds(String expression) {
        try {
            return ask(expression).equals("true");
        } catch (AssertionError e) {
            if (String.valueOf(e.getMessage()).contains("navigated")) {
                return false;
            }
            throw e;
        }
    }

    /** Presses a key and lets it go, as a person does; its names are those of the DOM. */
    public void press(String key, String text, int code) {
        JsonObject down = new JsonObject()
                .put("type", text.isEmpty() ? "rawKeyDown" : "keyDown")
                .put("key", key);
        down.put("windowsVirtualKeyCode", code);
        if (!text.isEmpty()) {
            down.put("text", text);
        }
        call("Input.dispatchKeyEvent", down);
        call(
                "Input.dispatchKeyEvent",
                new JsonObject().put("type", "keyUp").put("key", key).put("windowsVirtualKeyCode", code));
    }

    /** What the page looks like, whole, as {@code target/interop/chromium/<name>.png}. */
    public Path picture(String name) {
        String data = call("Page.captureScreenshot", new JsonObject().put("captureBeyondViewport", true))
                .getString("data");
        try {
            return Files.write(
                    folder.resolve(name + ".png"), Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser found fault with: scripts that failed, what the policy stopped, dialogs of scripts. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        socket.abort();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
