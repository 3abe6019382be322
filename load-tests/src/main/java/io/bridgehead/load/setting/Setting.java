package io.bridgehead.load.setting;

import io.bridgehead.load.process.Program;
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
 * @param group the key exchange between its gateways: {@code x25519} or {@code X25519MLKEM768}
 * @param doors where it can be entered
 * @param programs the gateways, whose CPU time counts: the near one, then the far one
 */
public record Setting(String name, String group, Doors doors, List<Program> programs) {
    private static final int TRIES_MAX = 1200;

    /** CPU of all its programs so far. */
    public Program.Cpu cpu() {
        return programs.stream().map(Program::cpu).reduce(new Program.Cpu(0, 0), Program.Cpu::plus);
    }

    /** @throws IllegalStateException if a program has ended */
    public void mustRun() {
        programs.forEach(Program::mustRun);
    }

    /**
     * Waits until what it has doors for is answered well, at most a minute.
     *
     * @throws IllegalStateException if it is not, or a program ends
     */
    public void awaitReady() {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            mustRun();
            if (httpAnswers(doors.http(), "GET /b/16 HTTP/1.1\r\n")
                    && httpAnswers(doors.rules(), "GET " + Doors.PREFIX + "/b/16 HTTP/1.1\r\n" + Doors.FIELD + "\r\n")
                    && tcpConnects()) {
                return;
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw new IllegalStateException(name + " did not answer within a minute; logs of "
                + programs.stream().map(Program::name).toList());
    }

    private static boolean httpAnswers(int port, String head) {
        if (port == 0) {
            return true;
        }
        try (Socket socket = connect(port)) {
            String request = head + "host: " + Material.HOST + "\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** The sink answers nothing: the way is open when a byte can be written and the connection lives on. */
    private boolean tcpConnects() {
        if (doors.tcp() == 0) {
            return true;
        }
        try (Socket socket = connect(doors.tcp())) {
            socket.getOutputStream().write(Backend.ECHO_ONCE);
            return socket.getInputStream().read() == Backend.ECHO_ONCE;
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(2000);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
