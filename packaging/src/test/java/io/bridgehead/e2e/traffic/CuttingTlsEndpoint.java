package io.bridgehead.e2e.traffic;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An HTTP/1.1 endpoint by TLS whose bodies last until the connection ends: at {@code /cut} TCP alone ends, as anybody on the way could make
 * it; elsewhere TLS ends first.
 */
public final class CuttingTlsEndpoint implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final ServerSocket listening;
    private final SSLContext context;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CuttingTlsEndpoint(SSLContext context) throws IOException {
        this.context = context;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public static CuttingTlsEndpoint start(MaterialFiles.Paths identity) {
        try {
            return new CuttingTlsEndpoint(TlsEndpoint.context(identity));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            plain.setSoTimeout(TIMEOUT_MILLIS);
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(plain, null, false);
            String head = head(secured.getInputStream());
            secured.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\n\r\nall that there is".getBytes(StandardCharsets.US_ASCII));
            if (head.startsWith("GET /cut ")) {
                plain.shutdownOutput();
                plain.getInputStream().readAllBytes();
            } else {
                secured.close();
            }
        } catch (IOException e) {
            // the node closed, or the test is over
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended within a head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
