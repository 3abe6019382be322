package io.bridgehead.e2e.traffic;

import io.bridgehead.e2e.harness.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP endpoint: says its name, then behaves as it was told. */
public final class TcpEcho implements AutoCloseable {
    /** More than the systems on the way take on. */
    public static final int MUCH = 32 << 20;

    private static final int NAME_LENGTH = 8;
    private static final int PART = 16 << 10;

    private final String name;
    private final Manner manner;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final List<String> received = new CopyOnWriteArrayList<>();

    /** What it does after its name. */
    public enum Manner {
        /** Sends everything back; when the other end is done, says how many bytes there were and ends. */
        ECHO,
        /** Is done at once, but listens on until the other end is done as well. */
        DONE_FIRST,
        /** Waits until the other end is done, then sends {@value #MUCH} bytes and ends. */
        ANSWERS_LAST
    }

    private TcpEcho(String name, Manner manner, ServerSocket server) {
        this.name = name;
        this.manner = manner;
        this.server = server;
    }

    /** Starts on a free port. */
    public static TcpEcho start(String name, Manner manner) {
        try {
            TcpEcho echo =
                    new TcpEcho(name, manner, new ServerSocket(Ports.next(), 50, InetAddress.getLoopbackAddress()));
            echo.threads.execute(echo::accept);
            return echo;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name as it is sent: filled up with spaces to {@value #NAME_LENGTH} characters. */
    public static String greeting(String name) {
        return (name + " ".repeat(NAME_LENGTH)).substring(0, NAME_LENGTH);
    }

    /** Reads the name that a connection begins with. */
    public static String greeted(RawClient client) throws IOException {
        return new String(client.bytes(NAME_LENGTH), StandardCharsets.US_ASCII).strip();
    }

    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** What connections sent that were done, other than nothing: probes say nothing. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** Bytes that {@link Manner#ANSWERS_LAST} got rid of. */
    public long answered() {
        return answered.get();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                Socket connection = server.accept();
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            connection.getOutputStream().write(greeting(name).getBytes(StandardCharsets.US_ASCII));
            if (manner == Manner.DONE_FIRST) {
                connection.shutdownOutput();
                byte[] all = connection.getInputStream().readAllBytes();
                if (all.length > 0) {
                    received.add(new String(all, StandardCharsets.UTF_8));
                }
            } else if (manner == Manner.ANSWERS_LAST) {
                answerLast(connection);
            } else {
                echo(connection);
            }
        } catch (IOException e) {
            // The other end reset the connection, as a probe may.
        }
    }

    private void answerLast(Socket connection) throws IOException {
        if (connection.getInputStream().readAllBytes().length == 0) {
            return; // A probe.
        }
        byte[] much = much();
        for (int sent = 0; sent < MUCH; sent += PART) {
            connection.getOutputStream().write(much, sent, PART);
            answered.addAndGet(PART);
        }
    }

    /** What {@link Manner#ANSWERS_LAST} sends. */
    public static byte[] much() {
        byte[] much = new byte[MUCH];
        new Random(MUCH).nextBytes(much);
        return much;
    }

    private static void echo(Socket connection) throws IOException {
        InputStream in = connection.getInputStream();
        byte[] part = new byte[PART];
        long count = 0;
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            connection.getOutputStream().write(part, 0, read);
            count += read;
        }
        connection.getOutputStream().write(("|" + count).getBytes(StandardCharsets.US_ASCII));
        connection.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
