package io.bridgehead.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client as plain bytes, which reads answers without the product's own codec. */
public final class Http1Client implements AutoCloseable {
    private static final int BOUND_MILLIS = 10_000;
    private static final Pattern LENGTH = Pattern.compile("(?m)^content-length: (\\d+)\r?$");

    private final Socket socket;
    private final InputStream in;

    /**
     * One answer.
     *
     * @param whole whether its body came to its end
     */
    public record Answer(int status, String head, String body, boolean whole) {
        /** As a verdict says it. */
        public String text() {
            return status + (whole ? body.isEmpty() ? "" : " " + body.strip() : " cut");
        }
    }

    /** Connects. */
    public Http1Client(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(BOUND_MILLIS);
        in = socket.getInputStream();
    }

    /** Sends all, or as much as the other side takes. */
    public void send(String bytes, boolean byteByByte) {
        try {
            OutputStream out = socket.getOutputStream();
            if (!byteByByte) {
                out.write(Escapes.bytes(bytes));
                return;
            }
            for (byte b : Escapes.bytes(bytes)) {
                out.write(b);
            }
        } catch (IOException e) {
            return; // refused before its end
        }
    }

    /** Ends the output; the other side may have closed already. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            return; // closed
        }
    }

    /** The next answer; with status 0 when the connection ends instead. */
    public Answer answer(boolean bodiless) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = read();
            if (b < 0) {
                return new Answer(0, head.toString(), "", false);
            }
            head.append((char) b);
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int status = Integer.parseInt(head.substring(9, 12));
        if (bodiless || status < 200 || status == 204 || status == 304) {
            return new Answer(status, head.toString(), "", true);
        }
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return chunked(status, head.toString());
        }
        Matcher length = LENGTH.matcher(lower);
        if (!length.find()) {
            return new Answer(status, head.toString(), rest(), !wasReset);
        }
        int wanted = Integer.parseInt(length.group(1));
        String body = exactly(wanted);
        return new Answer(status, head.toString(), body, body.length() == wanted);
    }

    private boolean wasReset;

    private Answer chunked(int status, String head) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String line = line();
            if (line.isEmpty()) {
                return new Answer(status, head, body.toString(), false);
            }
            int size = Integer.parseInt(line, 16);
            if (size == 0) {
                break;
            }
            body.append(exactly(size));
            line();
        }
        for (String line = line(); !line.isEmpty(); line = line()) {
            body.append(" (").append(line).append(')');
        }
        return new Answer(status, head, body.toString(), true);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = read(); b >= 0; b = read()) {
            if (b == '\n') {
                return line.toString().strip();
            }
            line.append((char) b);
        }
        return "";
    }

    private String exactly(int length) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int b = read();
            if (b < 0) {
                break;
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            wasReset = true;
            return -1;
        }
    }

    /** All until the connection ends. */
    public String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        byte[] buffer = new byte[4096];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                rest.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException e) {
            wasReset = true;
        }
        return rest.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
