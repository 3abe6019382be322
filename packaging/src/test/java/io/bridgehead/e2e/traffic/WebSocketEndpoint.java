package io.bridgehead.e2e.traffic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;

/**
 * A WebSocket endpoint that greets with its name and sends messages back. The text {@code ping} has it ping instead,
 * {@code close 4002 why} has it close; {@code /refused} is no WebSocket.
 */
public final class WebSocketEndpoint implements AutoCloseable {
    /** The subprotocol that it speaks when it is asked to. */
    public static final String SUBPROTOCOL = "echo.test";

    private static final int WAIT_SECONDS = 20;

    private final String name;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Server server = new Server();

    private WebSocketEndpoint(String name) {
        this.name = name;
    }

    /** Starts on a port that the system chooses. */
    public static WebSocketEndpoint start(String name) {
        WebSocketEndpoint endpoint = new WebSocketEndpoint(name);
        endpoint.server.start();
        endpoint.port.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
        return endpoint;
    }

    /** Its host:port, for documents. */
    public String address() {
        return "127.0.0.1:" + port.join();
    }

    /** What happened: {@code open /path}, {@code pong}, {@code close 4001 why}. */
    public List<String> events() {
        return List.copyOf(events);
    }

    /** Ends every connection without a word, as a process that is killed does. */
    public void cut() {
        for (WebSocket connection : server.getConnections()) {
            connection.closeConnection(CloseFrame.ABNORMAL_CLOSE, "cut");
        }
    }

    @Override
    public void close() {
        try {
            server.stop((int) TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Server extends WebSocketServer {
        Server() {
            super(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    1,
                    List.of(new Draft_6455(List.of(), List.of(new Protocol(SUBPROTOCOL), new Protocol("")))));
            setReuseAddr(true);
            setConnectionLostTimeout(0); // no pings but those that are asked for
        }

        @Override
        public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
                WebSocket connection, Draft draft, ClientHandshake request) throws InvalidDataException {
            if (request.getResourceDescriptor().equals("/refused")) {
                throw new InvalidDataException(CloseFrame.REFUSE, "not here");
            }
            return super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
        }

        @Override
        public void onStart() {
            port.complete(getPort());
        }

        @Override
        public void onOpen(WebSocket connection, ClientHandshake handshake) {
            events.add("open " + handshake.getResourceDescriptor());
            connection.send(name);
        }

        @Override
        public void onMessage(WebSocket connection, String text) {
            if (text.equals("ping")) {
                connection.sendPing();
            } else if (text.startsWith("close ")) {
                String[] words = text.split(" ", 3);
                connection.close(Integer.parseInt(words[1]), words[2]);
            } else {
                connection.send(text);
            }
        }

        @Override
        public void onMessage(WebSocket connection, ByteBuffer bytes) {
            connection.send(bytes);
        }

        @Override
        public void onWebsocketPong(WebSocket connection, Framedata frame) {
            events.add("pong");
        }

        @Override
        public void onClose(WebSocket connection, int code, String reason, boolean remote) {
            events.add("close " + code + " " + reason);
        }

        @Override
        public void onError(WebSocket connection, Exception failure) {
            if (connection == null) {
                port.completeExceptionally(failure);
            }
        }
    }
}
