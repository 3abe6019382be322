package io.bridgehead.e2e.traffic;

import io.bridgehead.e2e.harness.Ports;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 endpoint on one port that keeps what it was sent, and can be well, unwell, hanging, gone and back again. Any request is
 * answered 200 with the endpoint's name, as text and in {@code x-served-by}, unless the test said otherwise for its path.
 */
public final class TestEndpoint implements AutoCloseable {
    private final String name;
    private final int port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Conversation> conversations = new ConcurrentHashMap<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final AtomicReference<Mood> mood = new AtomicReference<>(Mood.WELL);
    private final AtomicReference<@Nullable Listening> listening = new AtomicReference<>();

    /** How it behaves. */
    public enum Mood {
        WELL,
        /** Answers 503 to everything. */
        UNWELL,
        /** Answers 500 to everything but probes. */
        FAILING,
        /** Takes requests and answers nothing. */
        HANGING
    }

    /** Answers a request with bytes of its choice. */
    public interface Answer {
        void to(Message request, OutputStream out) throws IOException;
    }

    /** Has the rest of a connection from the head of a request on; it is closed afterwards. */
    public interface Conversation {
        void with(Message head, InputStream in, OutputStream out) throws IOException;
    }

    private record Listening(ServerSocket server, Set<Socket> connections) {
        void close() throws IOException {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    private TestEndpoint(String name, int port) {
        this.name = name;
        this.port = port;
    }

    /** Starts on a free port. */
    public static TestEndpoint start(String name) {
        TestEndpoint endpoint = new TestEndpoint(name, Ports.next());
        endpoint.startAgain();
        return endpoint;
    }

    public String name() {
        return name;
    }

    /** Its host:port, for documents. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public TestEndpoint mood(Mood now) {
        mood.set(now);
        return this;
    }

    /** Answers this path (without a query) in another way. */
    public TestEndpoint at(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /** Leaves connections to a conversation when they ask for this path. */
    public TestEndpoint talks(String path, Conversation conversation) {
        conversations.put(path, conversation);
        return this;
    }

    /** Every request so far but probes. */
    public List<Message> requests() {
        return List.copyOf(requests);
    }

    /** Opens the port again after {@link #stop}. */
    public void startAgain() {
        try {
            Listening opened = new Listening(
                    new ServerSocket(port, 200, InetAddress.getLoopbackAddress()), ConcurrentHashMap.newKeySet());
            listening.set(opened);
            threads.execute(() -> accept(opened));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the port and cuts every connection. */
    public void stop() {
        Listening open = listening.getAndSet(null);
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }

    private void accept(Listening open) {
        try {
            while (!open.server.isClosed()) {
                Socket connection = open.server.accept();
                open.connections.add(connection);
                if (open.server.isClosed()) {
                    connection.close();
                }
                threads.execute(() -> serve(open, connection));
            }
        } catch (IOException e) {
            // Closed: no more connections.
        }
    }

    private void serve(Listening open, Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            while (true) {
                exchange(connection, in, out);
            }
        } catch (EOFException | SocketException e) {
            // The other end is done.
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        } finally {
            open.connections.remove(connection);
        }
    }

    private void exchange(Socket connection, InputStream in, OutputStream out) throws IOException {
        Message head = Message.readHead(in);
        Conversation conversation = conversations.get(head.target());
        if (conversation != null) {
            conversation.with(head, in, out);
            throw new EOFException("said all");
        }
        if ("100-continue".equalsIgnoreCase(head.first("expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        Message request = head.withBody(in, false);
        boolean probe = request.target().equals("/ready");
        if (!probe) {
            requests.add(request);
        }
        while (mood.get() == Mood.HANGING) {
            if (connection.isClosed()) {
                throw new EOFException("stopped while it hung");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (mood.get() == Mood.UNWELL) {
            respond(out, 503, "unwell");
        } else if (mood.get() == Mood.FAILING && !probe) {
            respond(out, 500, "failing");
        } else {
            String target = request.target();
            int query = target.indexOf('?');
            answers.getOrDefault(query < 0 ? target : target.substring(0, query), this::usual)
                    .to(request, out);
        }
    }

    private void usual(Message request, OutputStream out) throws IOException {
        respond(out, 200, request.method().equals("HEAD") ? "" : name);
    }

    private void respond(OutputStream out, int status, String body) throws IOException {
        String head = "HTTP/1.1 " + status + " Test\r\nx-served-by: " + name + "\r\ncontent-type: text/plain\r\n"
                + "content-length: " + body.length() + "\r\n\r\n";
        out.write((head + body).getBytes(StandardCharsets.US_ASCII));
    }
}
