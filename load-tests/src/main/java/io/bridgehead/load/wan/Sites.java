package io.bridgehead.load.wan;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sites {@code a}, {@code b}, {@code c} ... on this machine, each a network namespace with the address {@code 10.77.N.1} and a wide area
 * to the others. Names carry the number of this process, so that several can be up at once.
 */
public final class Sites implements Place {
    private static final int SITES_MAX = 9;
    private static final int READY_SECONDS = 30;

    /** What docs/performance.md recommends for long paths: the usual largest send buffer, 4 MiB, carries 270 Mbit/s at 80 ms. */
    private static final String BUFFER_BYTES = "4096 131072 33554432";

    private final String tag = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    private final Path folder;
    private final List<String> names;
    private final Process wideArea;

    private Sites(Path folder, List<String> names, boolean offload) throws IOException {
        this.folder = folder;
        this.names = names;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WideArea.class.getName(),
                socket().toString(),
                Boolean.toString(offload)));
        names.forEach(name -> command.add(name + "=" + device(name) + "=" + network(name) + ".0/24"));
        this.wideArea = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    /**
     * Makes the sites; between them there is no delay, loss or limit yet.
     *
     * @param count 2 to {@value #SITES_MAX}
     * @param offload whether segments travel in one piece: for high rates, not for loss
     */
    public static Sites up(Path folder, int count, boolean offload) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Math.min(count, SITES_MAX); i++) {
            names.add(Character.toString('a' + i));
        }
        Sites sites = new Sites(folder, names, offload);
        try {
            sites.awaitReady();
            for (String name : names) {
                sites.settle(name);
            }
            return sites;
        } catch (IOException | RuntimeException e) {
            sites.close();
            throw e;
        }
    }

    private Path socket() {
        return folder.resolve("wan.sock");
    }

    private Path log() {
        return folder.resolve("wan.log");
    }

    private String device(String name) {
        return "bh" + tag + name;
    }

    private Namespace space(String name) {
        return new Namespace("bh-" + tag + "-" + name);
    }

    private static String network(String name) {
        return "10.77." + (name.charAt(0) - 'a' + 1);
    }

    /** The address of a site. */
    public static String address(String name) {
        return network(name) + ".1";
    }

    @Override
    public String of(String site) {
        return address(site);
    }

    private void awaitReady() throws IOException {
        for (int tries = 0; !Files.exists(socket()); tries++) {
            if (!wideArea.isAlive() || tries > READY_SECONDS * 20) {
                throw new IOException("the wide area did not come up:\n" + Files.readString(log()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void settle(String name) throws IOException {
        Namespace space = space(name);
        space.add();
        Namespace.run("ip", "link", "set", device(name), "netns", space.name());
        space.ip("link", "set", device(name), "name", "wan0");
        space.ip("addr", "add", address(name) + "/24", "dev", "wan0");
        space.ip("link", "set", "wan0", "txqueuelen", "5000", "up");
        space.ip("route", "add", "10.77.0.0/16", "dev", "wan0");
        in(name, () -> {
            for (String buffer : List.of("tcp_rmem", "tcp_wmem")) {
                Files.writeString(Path.of("/proc/sys/net/ipv4", buffer), BUFFER_BYTES);
            }
            return true;
        });
    }

    /** Changes links, as {@link LinkCommand} says; for example {@code a<>b}, {@code delay=40ms}. */
    public void set(String which, String... values) {
        String answer = tell("set " + which + " " + String.join(" ", values));
        if (!answer.startsWith("ok")) {
            throw new IllegalArgumentException(answer);
        }
    }

    /** Every link, its state and counts. */
    public String stat() {
        return tell("stat");
    }

    private String tell(String line) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
            while (channel.read(answer) >= 0) {
                // until it is complete
            }
            return StandardCharsets.UTF_8.decode(answer.flip()).toString();
        } catch (IOException e) {
            throw new IllegalStateException("the wide area does not answer", e);
        }
    }

    @Override
    public List<String> command(String site, List<String> command) {
        return space(site).command(command);
    }

    /** Runs this on a thread of its own in a site: the sockets that it makes are there, and stay there. */
    @Override
    public <T> T in(String site, Callable<T> task) {
        return space(site).in(task);
    }

    /** Ends the wide area and takes the sites away; a site's processes must have ended. */
    @Override
    public void close() throws IOException {
        wideArea.destroy();
        for (String name : names) {
            space(name).delete();
        }
    }
}
