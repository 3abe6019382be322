package io.bridgehead.e2e.harness;

import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bridgehead page} in a process of its own, with what a browser would say to it. */
public final class RunningPage implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final Pattern PROOF = Pattern.compile("name=\"bridgehead-proof\" content=\"([^\"]+)\"");

    private final Process process;
    private final String link;
    private final URI root;
    private String cookie = "";
    private String proof = "";

    private RunningPage(Process process, String link) {
        this.process = process;
        this.link = link;
        this.root = URI.create(link.substring(0, link.indexOf("enter?")));
    }

    /** Starts it and waits for its link. */
    public static RunningPage start(String... arguments) {
        List<String> command = new ArrayList<>(List.of("page", "--no-open"));
        command.addAll(List.of(arguments));
        try {
            Path said = Files.createTempFile("bh-page", ".txt");
            Process process = Cli.process(command.toArray(String[]::new))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            Patience.until("the link is printed", () -> read(said).contains("Ctrl-C"), () -> read(said));
            return new RunningPage(process, read(said).lines().findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it printed first. */
    public String link() {
        return link;
    }

    public int port() {
        return root.getPort();
    }

    /** How its own page calls it. */
    public String host() {
        return root.getAuthority();
    }

    /** Where its page is, once a browser is in. */
    public String root() {
        return root.toString();
    }

    private RawClient client() throws IOException {
        Socket socket = new Socket(root.getHost(), root.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return RawClient.over(socket);
    }

    private String at(String path) {
        return root.getPath() + path.substring(1);
    }

    /**
     * One request on a connection of its own, with these fields and no other.
     *
     * @param path below {@link #root}
     */
    public Message send(String method, String path, String body, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + at(path) + " HTTP/1.1\r\nconnection: close\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        if (method.equals("POST")) {
            head.append("content-type: application/json\r\ncontent-length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        try (RawClient client = client()) {
            return client.send(head + "\r\n" + body).answerTo(method);
        }
    }

    /** Goes in by the link, once. */
    public Message enter() throws IOException {
        Message answer = send("GET", link.substring(link.indexOf("/enter")), "", "host: " + host());
        String set = answer.first("set-cookie");
        Matcher found = PROOF.matcher(answer.text());
        if (set != null && found.find()) {
            cookie = "cookie: " + set.substring(0, set.indexOf(';'));
            proof = "x-bridgehead-page: " + found.group(1);
        }
        return answer;
    }

    /** The field by which a browser says the session. */
    public String cookie() {
        return cookie;
    }

    /** The field by which the tab says that it came by the link. */
    public String proof() {
        return proof;
    }

    /** The field by which a browser says for which page it asks. */
    public String origin() {
        return "origin: http://" + host();
    }

    /** What the page posts. */
    public JsonObject post(String path, JsonObject wish) throws IOException {
        Message answer = send("POST", path, wish.encode(), "host: " + host(), cookie, proof, origin());
        return new JsonObject(answer.text()).put("status", answer.status());
    }

    /** The first picture that the page is told. */
    public JsonObject told() throws IOException {
        try (RawClient client = client()) {
            client.send("GET " + at("/page/events") + " HTTP/1.0\r\nhost: " + host() + "\r\n" + cookie + "\r\n\r\n");
            StringBuilder text = new StringBuilder();
            while (text.indexOf("data: ") < 0
                    || !text.substring(text.indexOf("data: ")).endsWith("\n\n")) {
                byte[] next = client.bytes(1);
                if (next.length == 0) {
                    throw new AssertionError("the page is told nothing: " + text);
                }
                text.append(new String(next, StandardCharsets.ISO_8859_1));
            }
            return new JsonObject(text.substring(text.indexOf("data: ") + "data: ".length()));
        }
    }

    @Override
    public void close() {
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
