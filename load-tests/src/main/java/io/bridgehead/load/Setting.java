package io.bridgehead.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Two gateways in a row that run now: what is measured.
 *
 * @param name how the table calls it
 * @param entryPort where clients ask
 * @param programs the gateways, whose CPU time counts
 */
record Setting(String name, int entryPort, List<Program> programs) implements AutoCloseable {
    double cpuSeconds() {
        return programs.stream().mapToDouble(Program::cpuSeconds).sum();
    }

    /** Waits until a request is answered well, at most half a minute. */
    void awaitAnswer() {
        for (int tries = 0; tries < 600; tries++) {
            if (programs.stream().anyMatch(program -> !program.alive())) {
                throw new IllegalStateException("a program of setting " + name + " has ended; see its log");
            }
            if (answers()) {
                return;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new IllegalStateException(name + " did not answer within 30 s");
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), entryPort), 1000);
            socket.setSoTimeout(2000);
            String request = "GET /small HTTP/1.1\r\nhost: " + Material.HOST + "\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        programs.forEach(Program::close);
    }
}
