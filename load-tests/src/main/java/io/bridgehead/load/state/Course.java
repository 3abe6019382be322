package io.bridgehead.load.state;

import com.sun.net.httpserver.HttpServer;
import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Place;
import io.bridgehead.load.wan.Sites;
import io.bridgehead.load.wan.SteadyGets;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One fabric through everything that is measured. */
final class Course {
    private static final long POLL_NANOS = 10_000_000;
    /** Of what takes seconds: to ask nodes more often would be work of theirs that nobody asks for otherwise. */
    private static final long BULK_POLL_NANOS = 100_000_000;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String HOST = "s0.wan.example";

    private final FarFabric fabric;
    private final Place place;
    private final int documents;
    private final int changes;
    private final Source source;
    private LoopLag lagBefore = new LoopLag(new TreeMap<>());
    private LoopLag lagAtRest = new LoopLag(new TreeMap<>());
    private LoopTime timeBefore = LoopTime.NONE;
    private LoopTime timeSince = LoopTime.NONE;

    Course(FarFabric fabric, Place place, int documents, int changes) throws IOException {
        this.fabric = fabric;
        this.place = place;
        this.documents = documents;
        this.changes = changes;
        this.source = new Source(fabric);
    }

    void run() throws IOException {
        Member first = fabric.members().getFirst();
        HttpServer endpoint = place.in(first.site(), () -> SteadyGets.endpoint("here"));
        try {
            awaitMembers();
            int port = endpoint.getAddress().getPort();
            await("one document", source.apply(first, texts(0, 1, port, "first")));
            try (SteadyGets gets =
                    place.in(first.site(), () -> SteadyGets.start(place.of(first.site()), FarFabric.HTTP, HOST, 2))) {
                through(gets, port);
            }
            start(first);
        } finally {
            endpoint.stop(0);
        }
    }

    private void through(SteadyGets gets, int port) throws IOException {
        Member first = fabric.members().getFirst();
        double atRest = cpuMillis(() -> rest("requests at rest", gets)) / TimeUnit.NANOSECONDS.toMillis(REST_NANOS);
        double[] before = resident();
        Map<String, String> all = texts(1, documents, port, "bulk");
        gets.forget();
        lag();
        double bulk = Collections.max(
                awaitEach("bulk", source.apply(first, all), BULK_POLL_NANOS).values());
        System.out.printf(
                Locale.ROOT,
                "bulk apply of %,d documents to active on %d nodes: %.1f s%n",
                documents,
                fabric.members().size(),
                bulk / 1e3);
        System.out.printf(Locale.ROOT, "  requests meanwhile: %s%n", gets);
        lagMeanwhile();
        LockSupport.parkNanos(REST_NANOS);
        double[] after = resident();
        System.out.printf(
                Locale.ROOT,
                "resident memory of each node before %s and after %s MiB: %.1f KiB a document%n",
                rounded(before),
                rounded(after),
                (Arrays.stream(after).average().orElse(0)
                                - Arrays.stream(before).average().orElse(0))
                        * 1024
                        / documents);
        gets.forget();
        lag();
        ChangeTimes times = new ChangeTimes();
        long begin = System.nanoTime();
        double cpu = cpuMillis(() -> {
            for (int i = 0; i < changes; i++) {
                Member at = fabric.members().get(i % fabric.members().size());
                Source.Applied applied = source.apply(at, texts(i + 1, i + 2, port, "change-" + i));
                times.add(at, applied, awaitEach("change", applied, POLL_NANOS));
            }
        });
        double ofRest = atRest * TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        System.out.printf(Locale.ROOT, "one of %,d documents changed, %s%n", documents, times);
        System.out.printf(
                Locale.ROOT,
                "  CPU of each node for a change: %.0f ms, and at rest before %.0f ms a second%n",
                (cpu - ofRest) / changes / fabric.members().size(),
                atRest * 1e3 / fabric.members().size());
        System.out.printf(Locale.ROOT, "  requests meanwhile: %s%n", gets);
        lagMeanwhile();
        double atRestWithAll = cpuMillis(() -> rest("requests at rest with all documents", gets));
        System.out.printf(
                Locale.ROOT,
                "  CPU of each node then: %.0f ms a second%n",
                atRestWithAll
                        * 1e3
                        / TimeUnit.NANOSECONDS.toMillis(REST_NANOS)
                        / fabric.members().size());
    }

    private void rest(String what, SteadyGets gets) throws IOException {
        gets.forget();
        lag();
        LockSupport.parkNanos(REST_NANOS);
        System.out.printf(Locale.ROOT, "%s: %s%n", what, gets);
        lagAtRest = lag();
        System.out.println("  loop lag at rest: " + lagAtRest);
        System.out.println("    event loops of all nodes " + timeSince);
    }

    private void lagMeanwhile() throws IOException {
        LoopLag meanwhile = lag();
        System.out.println("  loop lag meanwhile: " + meanwhile);
        System.out.println("    " + meanwhile.beside(lagAtRest));
        System.out.println("    event loops of all nodes " + timeSince);
    }

    /** How long tasks have waited for event loops of all nodes since the last call. */
    private LoopLag lag() throws IOException {
        LoopLag now = new LoopLag(new TreeMap<>());
        LoopTime time = LoopTime.NONE;
        for (Member member : fabric.members()) {
            now = now.plus(LoopLag.of(new AdminClient(fabric.socket(member))));
            time = time.plus(LoopTime.of(fabric.pid(member)));
        }
        timeSince = time.minus(timeBefore);
        timeBefore = time;
        LoopLag since = now.minus(lagBefore);
        lagBefore = now;
        return since;
    }

    /**
     * Services; all but the first are at a site without a node, so that the probes of so many endpoints by one node do not
     * mix with what is measured.
     */
    private static Map<String, String> texts(int from, int to, int port, String note) {
        Map<String, String> texts = new TreeMap<>();
        for (int i = from; i < to; i++) {
            texts.put("Service/s" + i, """
                    apiVersion: bridgehead.io/v1
                    kind: Service
                    metadata: { name: s%1$d, labels: { note: "%3$s" } }
                    spec:
                      hostnames: [ s%1$d.wan.example ]
                      sites:
                        %4$s: { endpoints: [ "127.0.0.1:%2$d" ] }
                    """.formatted(i, port, note, i == 0 ? "a" : "elsewhere"));
        }
        return texts;
    }

    /** Milliseconds from sending a change to the moment when every node was seen to serve it. */
    private double await(String what, Source.Applied applied) throws IOException {
        return Collections.max(awaitEach(what, applied, POLL_NANOS).values());
    }

    /** Milliseconds from sending a change to the moment when each node was seen to serve it. */
    private Map<Member, Double> awaitEach(String what, Source.Applied applied, long pollNanos) throws IOException {
        Set<Member> waiting = new HashSet<>(fabric.members());
        Map<Member, Double> seen = new HashMap<>();
        while (true) {
            for (Member member : List.copyOf(waiting)) {
                if (served(member).equals(applied.revision())) {
                    waiting.remove(member);
                    seen.put(member, applied.millisUntil(System.nanoTime()));
                }
            }
            if (waiting.isEmpty()) {
                return seen;
            }
            if (System.nanoTime() - applied.sentNanos() > PATIENCE_NANOS) {
                throw new IOException(what + " is not active on " + waiting + "; one says "
                        + status(waiting.iterator().next()));
            }
            LockSupport.parkNanos(pollNanos);
        }
    }

    /**
     * The revision that a node serves. {@code nodes} says it as {@code status} does, but looks at no service: asked every 10 ms, {@code status} of 10,000 services
     * costs as much as the change that is waited for.
     */
    private String served(Member member) throws IOException {
        for (Object row : get(member, "/v1/nodes").getJsonArray("nodes")) {
            if (row instanceof JsonObject node && node.getString("node").equals(member.name())) {
                return node.getString("revision");
            }
        }
        throw new IOException("/v1/nodes of " + member + " does not name it");
    }

    private JsonObject status(Member member) throws IOException {
        return get(member, "/v1/status");
    }

    private JsonObject get(Member member, String path) throws IOException {
        try {
            return new JsonObject(
                    new AdminClient(fabric.socket(member)).get(path).body());
        } catch (NodeUnreachableException e) {
            throw new IOException(e);
        }
    }

    private void awaitMembers() throws IOException {
        long begin = System.nanoTime();
        for (Member member : fabric.members()) {
            while (status(member).getJsonObject("cluster").getInteger("members")
                    < fabric.members().size()) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new IOException("no cluster of all: " + status(member));
                }
                LockSupport.parkNanos(REST_NANOS / 100);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d members see each other after %.1f s%n",
                fabric.members().size(),
                (System.nanoTime() - begin) / 1e9);
    }

    /** Kills a node and takes the time from its start to the first request that it answers. */
    private void start(Member member) throws IOException {
        fabric.kill(member);
        long begin = System.nanoTime();
        fabric.startNode(member);
        String status = "";
        while (!status.contains(" 200 ")) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IOException("the node did not answer 200 but " + status);
            }
            LockSupport.parkNanos(POLL_NANOS);
            status = place.in(member.site(), () -> ask(place.of(member.site())));
        }
        System.out.printf(
                Locale.ROOT,
                "node start with %,d documents on disk to the first request: %.2f s%n",
                documents,
                (System.nanoTime() - begin) / 1e9);
        fabric.awaitSocket(member);
    }

    private static String ask(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, FarFabric.HTTP), 1_000);
            socket.setSoTimeout(5_000);
            String request = "GET / HTTP/1.1\r\nhost: " + HOST + "\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(16), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    /** Bytes that each site sends in a while in which nothing happens. */
    void traffic() throws IOException {
        awaitMembers();
        LockSupport.parkNanos(REST_NANOS * 2);
        Map<String, Long> before = sent();
        LockSupport.parkNanos(REST_NANOS * 3);
        Map<String, Long> after = sent();
        int perSite = fabric.members().size() / before.size();
        after.forEach((site, bytes) -> System.out.printf(
                Locale.ROOT,
                "at rest site %s sends %.1f KiB/s for each of its nodes%n",
                site,
                (bytes - before.getOrDefault(site, 0L)) / 1024.0 / 30 / perSite));
    }

    private Map<String, Long> sent() {
        Map<String, Long> sent = new TreeMap<>();
        for (Member member : fabric.members()) {
            sent.computeIfAbsent(member.site(), site -> place.in(site, Course::sentHere));
        }
        return sent;
    }

    /** The device of the wide area is the only one in a site beside loopback. */
    private static long sentHere() throws IOException {
        long bytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/dev"))) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.substring(0, colon).trim().equals("lo")) {
                bytes += Long.parseLong(line.substring(colon + 1).trim().split("\\s+", -1)[8]);
            }
        }
        return bytes;
    }

    /** What requests inside a site notice when the site is cut off, and joined again. */
    void cut(Sites sites) throws IOException {
        Member first = fabric.members().getFirst();
        HttpServer endpoint = place.in(first.site(), () -> SteadyGets.endpoint("here"));
        await("a change", source.apply(first, texts(0, 1, endpoint.getAddress().getPort(), "cut")));
        try (SteadyGets gets =
                place.in(first.site(), () -> SteadyGets.start(place.of(first.site()), FarFabric.HTTP, HOST, 2))) {
            rest("requests before a cut", gets);
            gets.forget();
            sites.set("a<>b", "down=true");
            sites.set("a<>c", "down=true");
            awaitAlone(first);
            System.out.printf(
                    Locale.ROOT, "requests while the site is cut off, until its members are gone: %s%n", gets);
            lagMeanwhile();
            gets.forget();
            sites.set("*", "down=false");
            awaitMembers();
            System.out.printf(Locale.ROOT, "requests while the parts merge: %s%n", gets);
            lagMeanwhile();
        } finally {
            endpoint.stop(0);
        }
    }

    private void awaitAlone(Member member) throws IOException {
        long begin = System.nanoTime();
        while (status(member).getJsonObject("cluster").getInteger("members") > 1) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IOException("the cluster still shows those who were cut off: " + status(member));
            }
            LockSupport.parkNanos(REST_NANOS / 100);
        }
    }

    /** Something to do while something is counted. */
    private interface Doing {
        void run() throws IOException;
    }

    /** CPU time of all nodes together meanwhile, in milliseconds. */
    private double cpuMillis(Doing doing) throws IOException {
        Duration before = cpu();
        doing.run();
        return cpu().minus(before).toMillis();
    }

    private Duration cpu() {
        return fabric.members().stream()
                .map(member -> ProcessHandle.of(fabric.pid(member))
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static String rounded(double[] values) {
        return Arrays.stream(values).mapToLong(Math::round).boxed().toList().toString();
    }

    private double[] resident() throws IOException {
        double[] mebibytes = new double[fabric.members().size()];
        for (int i = 0; i < mebibytes.length; i++) {
            for (String line : Files.readAllLines(
                    Path.of("/proc", Long.toString(fabric.pid(fabric.members().get(i))), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    mebibytes[i] = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                }
            }
        }
        return mebibytes;
    }
}
