package io.bridgehead.load;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.setting.Backend;
import io.bridgehead.load.setting.BridgeheadHops;
import io.bridgehead.load.setting.Ground;
import io.bridgehead.load.setting.Material;
import io.bridgehead.load.setting.Setting;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks whether a node's memory stays flat: 10,000 idle connections, a large upload to an endpoint that reads slowly, and a large download by a
 * client that reads slowly, through two nodes. Prints figures; ends with 1 when a bound is passed.
 *
 * <p>{@code -Dsoak.mebibytes=2048 -Dsoak.connections=10000}
 */
public final class Soak {
    private static final int MIB = 1 << 20;
    private static final int PIECE = 64 * 1024;
    private static final long PAUSE_NANOS = 200_000;
    private static final long SETTLE_NANOS = 3_000_000_000L;
    private static final int WARM_UP_MEBIBYTES = 64;
    private static final long IDLE_BYTES_MAX = 200L * MIB;
    private static final long FLAT_BYTES_MAX = 64L * MIB;
    private static final double KIB = 1024;

    private final Setting nodes;
    private final long mebibytes = Long.getLong("soak.mebibytes", 2048);
    private final int connections = Integer.getInteger("soak.connections", 10_000);
    private boolean good = true;

    private Soak(Setting nodes) {
        this.nodes = nodes;
    }

    /** Runs it with the distribution in {@code bridgehead.home}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("bh-soak");
        boolean good;
        try (ServerSocket endpoint = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
                Backend backend = Backend.start();
                Programs programs = new Programs(folder)) {
            Thread.ofVirtual().start(() -> accept(endpoint));
            Ground ground = new Ground(programs, Material.make(folder), endpoint.getLocalPort(), backend.sinkPort(), 0);
            Setting nodes = BridgeheadHops.startHybrid(ground, "");
            nodes.awaitReady();
            Soak soak = new Soak(nodes);
            soak.run();
            good = soak.good;
        }
        if (!good) {
            throw new IllegalStateException("a bound was passed");
        }
    }

    private void run() throws Exception {
        upload(WARM_UP_MEBIBYTES);
        download(WARM_UP_MEBIBYTES);
        long[] settled = resident();
        show("after a warm-up", settled);
        idle();
        transfer("upload to a slow sink", () -> upload(mebibytes));
        transfer("download by a slow client", () -> download(mebibytes));
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private void idle() throws IOException {
        long before = resident()[0];
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                open.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), entry())));
            }
            LockSupport.parkNanos(SETTLE_NANOS);
            long more = resident()[0] - before;
            System.out.printf(
                    Locale.ROOT,
                    "%,d idle connections: %.1f MiB more in the entry node, %.1f KiB each%n",
                    connections,
                    more / (double) MIB,
                    more / KIB / connections);
            good &= more < IDLE_BYTES_MAX;
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    private void transfer(String what, Transfer transfer) throws Exception {
        long[] before = resident();
        long[] peak = before.clone();
        AtomicBoolean going = new AtomicBoolean(true);
        Thread watch = Thread.ofVirtual().start(() -> {
            while (going.get()) {
                long[] now = resident();
                for (int i = 0; i < peak.length; i++) {
                    peak[i] = Math.max(peak[i], now[i]);
                }
                LockSupport.parkNanos(100_000_000);
            }
        });
        long start = System.nanoTime();
        transfer.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        going.set(false);
        watch.join();
        long more = 0;
        for (int i = 0; i < peak.length; i++) {
            more = Math.max(more, peak[i] - before[i]);
        }
        System.out.printf(
                Locale.ROOT, "%s: %,d MiB in %.0f s, %.0f MiB/s%n", what, mebibytes, seconds, mebibytes / seconds);
        show("  before", before);
        show("  peak", peak);
        good &= more < FLAT_BYTES_MAX;
    }

    private int entry() {
        return nodes.doors().http();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), entry());
    }

    private void upload(long size) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(
                    out,
                    "POST /upload HTTP/1.1\r\nhost: " + Material.HOST + "\r\ncontent-length: " + size * MIB
                            + "\r\n\r\n");
            byte[] piece = new byte[PIECE];
            for (long left = size * MIB; left > 0; left -= PIECE) {
                out.write(piece);
            }
            String answer = readHead(socket.getInputStream());
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException("upload: " + answer);
            }
        }
    }

    private void download(long size) throws IOException {
        try (Socket socket = connect()) {
            head(
                    socket.getOutputStream(),
                    "GET /download/" + size + " HTTP/1.1\r\nhost: " + Material.HOST + "\r\n\r\n");
            InputStream in = socket.getInputStream();
            String answer = readHead(in);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException("download: " + answer);
            }
            slowly(in, size * MIB);
        }
    }

    private static void slowly(InputStream in, long size) throws IOException {
        byte[] piece = new byte[PIECE];
        long sincePause = 0;
        for (long left = size; left > 0; ) {
            int got = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (got < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            left -= got;
            sincePause += got;
            if (sincePause >= PIECE) {
                sincePause = 0;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    // --- the endpoint
    // ---------------------------------------------------------------------------------------------------------

    private static void accept(ServerSocket endpoint) {
        while (!endpoint.isClosed()) {
            try {
                Socket socket = endpoint.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            while (true) {
                String head = readHead(in);
                if (head.startsWith("POST")) {
                    slowly(in, length(head));
                    head(out, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                } else if (head.startsWith("GET /download/")) {
                    send(out, Long.parseLong(head.substring(14, head.indexOf(' ', 14))) * MIB);
                } else {
                    head(out, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                }
            }
        } catch (EOFException | SocketException e) {
            // The node has no more for it.
        } catch (IOException e) {
            System.err.println("endpoint: " + e);
        }
    }

    private static void send(OutputStream out, long size) throws IOException {
        head(out, "HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
        byte[] piece = new byte[PIECE];
        for (long left = size; left > 0; left -= PIECE) {
            out.write(piece);
        }
    }

    private static long length(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:") + 15;
        return Long.parseLong(lower.substring(at, lower.indexOf('\r', at)).strip());
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("after '" + head + "'");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static void head(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    // --- figures
    // --------------------------------------------------------------------------------------------------------------

    /** Resident memory of each node in bytes. */
    private long[] resident() {
        return nodes.programs().stream()
                .mapToLong(program -> (long) (program.residentMebibytes() * MIB))
                .toArray();
    }

    private static void show(String when, long[] resident) {
        System.out.printf(
                Locale.ROOT,
                "%s: resident %.1f and %.1f MiB%n",
                when,
                resident[0] / (double) MIB,
                resident[1] / (double) MIB);
    }
}
