package io.bridgehead.load.wan;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program that carries packets between sites: {@code WideArea <socket> <offload> <site>=<device>=<network>/<bits> ...}. It makes the
 * TUN devices, says {@code ready}, and then obeys lines on the Unix socket, one a connection: {@link LinkCommand}, or {@code stat}. It ends
 * when it is killed; the devices go with it.
 */
public final class WideArea {
    private static final int LINE_BYTES_MAX = 4096;
    private static final int ADDRESS_BITS = 32;
    private static final int BYTE_BITS = 8;

    private WideArea() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        List<Carrier> carriers = new ArrayList<>();
        for (int i = 2; i < args.length; i++) {
            carriers.add(carrier(args[i], Boolean.parseBoolean(args[1])));
        }
        Map<String, Link> links = new TreeMap<>();
        for (Carrier from : carriers) {
            for (Carrier to : carriers) {
                if (from != to) {
                    links.put(from.site() + ">" + to.site(), new Link(links.size()));
                }
            }
        }
        carriers.forEach(carrier -> carrier.start(carriers, links));
        serve(Path.of(args[0]), links, System.out);
    }

    private static Carrier carrier(String argument, boolean offload) throws IOException {
        String[] parts = argument.split("[=/]", -1);
        int mask = -1 << (ADDRESS_BITS - Integer.parseInt(parts[3]));
        return new Carrier(parts[0], SystemCalls.openTun(parts[1], offload), number(parts[2]) & mask, mask);
    }

    private static int number(String address) {
        int number = 0;
        for (String part : address.split("\\.", -1)) {
            number = number << BYTE_BITS | Integer.parseInt(part);
        }
        return number;
    }

    private static void serve(Path socket, Map<String, Link> links, PrintStream out) throws IOException {
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            out.println("ready");
            while (true) {
                try (SocketChannel client = server.accept()) {
                    ByteBuffer line = ByteBuffer.allocate(LINE_BYTES_MAX);
                    client.read(line);
                    String answer =
                            answer(StandardCharsets.UTF_8.decode(line.flip()).toString(), links);
                    client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                }
            }
        }
    }

    private static String answer(String line, Map<String, Link> links) {
        if (line.trim().equals("stat")) {
            StringBuilder text = new StringBuilder();
            links.forEach(
                    (name, link) -> text.append(name).append(' ').append(link).append('\n'));
            return text.toString();
        }
        try {
            return "ok " + LinkCommand.run(line, links) + "\n";
        } catch (IllegalArgumentException e) {
            return "refused: " + e.getMessage() + "\n";
        }
    }
}
