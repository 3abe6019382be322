package io.bridgehead.upstream.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on loopback that answers what a test tells it: addresses, nothing, or that there is no such name. */
public final class NameServer implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int NO_SUCH_NAME = 3;

    private final DatagramSocket socket;
    private final Map<String, Zone> names = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final Thread thread;

    private static final Zone NONE = new Zone(0, List.of());

    private record Zone(int ttlSeconds, List<InetAddress> addresses) {}

    private NameServer(DatagramSocket socket) {
        this.socket = socket;
        this.thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
    }

    /** Begins to serve, at a port that the system chooses. */
    public static NameServer start() throws IOException {
        NameServer server = new NameServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
        server.thread.start();
        return server;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** From now on the name has these addresses; without any it is there and has none. */
    public void put(String name, int ttlSeconds, String... addresses) {
        names.put(
                name,
                new Zone(
                        ttlSeconds,
                        List.of(addresses).stream().map(InetAddress::ofLiteral).toList()));
    }

    /** From now on there is no such name. */
    public void remove(String name) {
        names.remove(name);
    }

    /** Questions for IPv4 addresses so far. */
    public int questions() {
        return questions.get();
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket query = new DatagramPacket(buffer, buffer.length);
                socket.receive(query);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, query.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private byte[] answer(ByteBuffer query) {
        short id = query.getShort(0);
        query.position(HEADER);
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        int type = query.getShort();
        query.getShort();
        byte[] question = new byte[query.position() - HEADER];
        query.get(HEADER, question);
        if (type == TYPE_A) {
            questions.incrementAndGet();
        }
        Zone known = names.get(name.toString());
        Zone zone = known == null ? NONE : known;
        List<byte[]> found = zone.addresses.stream()
                .map(InetAddress::getAddress)
                .filter(bytes -> type == (bytes.length == 4 ? TYPE_A : TYPE_AAAA))
                .toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(HEADER)
                .putShort(id)
                .putShort((short) (0x8180 | (known == null ? NO_SUCH_NAME : 0)))
                .putShort((short) 1)
                .putShort((short) found.size())
                .array());
        out.writeBytes(question);
        for (byte[] address : found) {
            out.writeBytes(ByteBuffer.allocate(12 + address.length)
                    .putShort((short) 0xc00c)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(zone.ttlSeconds)
                    .putShort((short) address.length)
                    .put(address)
                    .array());
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
