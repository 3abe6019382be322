package io.bridgehead.load.chaos;

import com.sun.net.httpserver.HttpServer;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.load.state.Source;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Sites;
import io.bridgehead.load.wan.SteadyGets;
import io.bridgehead.load.wan.Watch;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Five nodes in three sites at 80 ms from each other, {@code a-1 a-2 b-1 b-2 c-1}, with requests that go on all the time: inside the sites
 * a and b, and from a to a service at b and c.
 */
final class FiveNodes implements AutoCloseable {
    /** The source of the services that are called and that orders are about. */
    static final String GROUND = "ground";

    /** Services that orders are about. */
    static final List<String> ORDERED = List.of("ordered-0", "ordered-1", "ordered-2");

    private static final Duration START_MAX = Duration.ofSeconds(90);
    private static final Duration JOIN_MAX = Duration.ofMinutes(3);
    /** A way that was slow before may take five times two seconds. */
    private static final Duration DEAD_MAX = Duration.ofSeconds(20);
    /** What is promised: so long after the last heal all nodes hold the same. */
    private static final double ALIKE_SECONDS_MAX = 10;

    private final FarFabric fabric;
    private final Map<String, HttpServer> endpoints = new TreeMap<>();
    private final List<Requests> requests = new ArrayList<>();
    private final AdminDoors doors;
    private final Outages outages = new Outages();
    private final Chronicle chronicle = new Chronicle();
    private final Disturber disturber;
    private final RecordSigner signer;
    private final ServedRevisions watch;

    private FiveNodes(FarFabric fabric) throws IOException {
        this.fabric = fabric;
        this.doors = new AdminDoors(fabric);
        this.disturber = new Disturber(fabric, doors, outages);
        this.signer = Source.signer(fabric);
        this.watch = ServedRevisions.watch(doors, fabric.members(), chronicle);
    }

    static FiveNodes start() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-chaos");
        FarFabric fabric = FarFabric.start(folder, Sites.up(folder, 3, false), List.of(2, 2, 1));
        FiveNodes nodes = new FiveNodes(fabric);
        try {
            nodes.begin();
            return nodes;
        } catch (IOException | RuntimeException | Error e) {
            nodes.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        fabric.sites().set("*", Disturber.WELL);
        awaitMembers();
        Map<String, String> ground = new TreeMap<>();
        for (String service : ORDERED) {
            ground.put("Service/" + service, Services.far(service, "ordered"));
        }
        for (String site : List.of("a", "b", "c")) {
            endpoints.put(site, fabric.sites().in(site, () -> SteadyGets.endpoint(site)));
        }
        ground.put("Service/home", Services.called("home", endpoint("a"), endpoint("b")));
        ground.put("Service/abroad", Services.called("abroad", endpoint("b"), endpoint("c")));
        apply(writer(GROUND, new Random(0)), node("a-1"), _ -> new SourceWriter.Step(
                new TreeMap<>(ground), new TreeSet<>(), false));
        awaitAlike();
        for (Requests one : List.of(
                requests("a-1", "home", "a"),
                requests("a-2", "home", "a"),
                requests("b-1", "home", "b"),
                requests("a-1", "abroad", "b", "c"),
                requests("a-2", "abroad", "b", "c"))) {
            requests.add(one);
            Watch.until(
                    "good answers", START_MAX, one::isServed, one::figures);
        }
    }

    private String endpoint(String site) {
        return site + "=" + Objects.requireNonNull(endpoints.get(site)).getAddress().getPort();
    }

    private Requests requests(String entry, String service, String... sites) {
        return new Requests(fabric, outages, node(entry), service, List.of(sites));
    }

    /**
     * Publishes a service and sends GETs to it without end; returns when they are served.
     *
     * @param entry the node that they are sent to
     * @param order where it has endpoints: the site that is to serve, and the one that is to do so when there is no way to it
     */
    Route route(String name, String entry, String... order) {
        String text = Services.ordered(
                name, Route.HOLD_DOWN, Stream.of(order).map(this::endpoint).toList());
        apply(writer("source-" + name, new Random(0)), node(entry), _ -> new SourceWriter.Step(
                new TreeMap<>(Map.of("Service/" + name, text)), new TreeSet<>(), false));
        awaitAlike();
        SteadyGets gets = gets(node(entry), name);
        Route route = new Route(entry + " " + name, order[0], order.length > 1 ? order[1] : "", gets);
        route.begin();
        return route;
    }

    private SteadyGets gets(Member entry, String service) {
        return fabric.sites().in(
                entry.site(),
                () -> SteadyGets.start(
                        fabric.sites().of(entry.site()), entry.port(FarFabric.HTTP), Services.host(service), 1));
    }

    /** Returns when a node takes the way to another one for broken. */
    void awaitDead(String from, String to) {
        Watch.until(
                from + " has no tunnel to " + to,
                DEAD_MAX,
                () -> tunnels(node(from)).anyMatch(tunnel -> tunnel.equals(to + " dead")),
                () -> tunnels(node(from)).toList().toString());
    }

    private Stream<String> tunnels(Member member) {
        return doors.get(member, "/v1/tunnels").orElseGet(JsonObject::new).getJsonArray("tunnels", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .map(tunnel -> tunnel.getString("node") + " " + tunnel.getString("state"));
    }

    /** What all nodes say by {@code status}; see {@link Outlook}. */
    Outlook outlook(Map<String, List<String>> missed) {
        return new Outlook(fabric, doors, missed);
    }

    FarFabric fabric() {
        return fabric;
    }

    Member node(String name) {
        return fabric.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<Member> members() {
        return fabric.members();
    }

    Chronicle chronicle() {
        return chronicle;
    }

    Disturber disturber() {
        return disturber;
    }

    SourceWriter writer(String source, RandomGenerator random) {
        return new SourceWriter(source, random, doors, signer, chronicle);
    }

    OrderGiver orders(RandomGenerator random) {
        return new OrderGiver(ORDERED, random, doors, signer, chronicle);
    }

    /** Changes a source at a node, again until it is acknowledged. */
    Change apply(SourceWriter writer, Member at, SourceWriter.Plan plan) {
        List<Change> done = new ArrayList<>();
        Watch.until(
                "a change of " + writer.source() + " at " + at.name() + " is acknowledged",
                START_MAX,
                () -> {
                    writer.change(at, plan).ifPresent(done::add);
                    return !done.isEmpty();
                },
                writer::toString);
        return done.getFirst();
    }

    /** The head that a node knows. */
    Optional<RevisionId> head(Member at, String source) {
        return Picture.of(doors, at).flatMap(picture -> Optional.ofNullable(picture.heads().get(source)));
    }

    /** What all nodes have alike, as soon as they have. */
    Picture awaitAlike() {
        Map<String, Optional<Picture>> seen = new LinkedHashMap<>();
        Watch.until(
                "all nodes hold the same and serve it",
                START_MAX,
                () -> {
                    for (Member member : fabric.members()) {
                        seen.put(member.name(), Picture.of(doors, member));
                    }
                    return differences(seen).isEmpty();
                },
                () -> differences(seen) + "; nodes say " + standing());
        return seen.values().iterator().next().orElseThrow();
    }

    /** What nodes say of their cluster, of records that they refused and of their tunnels. */
    private String standing() {
        StringBuilder text = new StringBuilder();
        for (Member member : fabric.members()) {
            JsonObject status = doors.get(member, "/v1/status").orElseGet(JsonObject::new);
            text.append('\n').append(member.name()).append(": cluster ").append(status.getJsonObject("cluster"));
            text.append(", rejected ").append(status.getJsonArray("rejected"));
            tunnels(member).forEach(tunnel -> text.append(", ").append(tunnel));
        }
        return text.toString();
    }

    private static List<String> differences(Map<String, Optional<Picture>> seen) {
        Picture first = seen.values().stream().flatMap(Optional::stream).findFirst().orElse(null);
        List<String> differences = new ArrayList<>();
        seen.forEach((node, picture) -> {
            if (picture.isEmpty() || first == null) {
                differences.add(node + " does not answer");
            } else {
                differences.addAll(picture.get().differences(node, first));
            }
        });
        return differences;
    }

    /** Returns when each node sees all others in its cluster. */
    void awaitMembers() {
        Map<String, String> seen = new LinkedHashMap<>();
        Watch.until("all are members of one cluster", JOIN_MAX, () -> {
            for (Member member : fabric.members()) {
                seen.put(
                        member.name(),
                        doors.get(member, "/v1/status")
                                .map(status -> String.valueOf(
                                        status.getJsonObject("cluster").getInteger("members")))
                                .orElse("no answer"));
            }
            return seen.values().stream().allMatch(Integer.toString(fabric.members().size())::equals);
        }, seen::toString);
    }

    /** Puts everything in order, and waits for those who still write; what does not hold once all is quiet. Prints how long it took. */
    List<String> healed(String what, Thread... writing) {
        disturber.mendAll();
        for (Thread thread : writing) {
            Watch.until(thread.getName() + " is done", START_MAX, () -> !thread.isAlive(), thread::toString);
        }
        long healed = System.nanoTime();
        awaitAlike();
        double alike = (System.nanoTime() - healed) / 1e9;
        awaitMembers();
        double members = (System.nanoTime() - healed) / 1e9;
        awaitHealthy();
        Watch.during(Duration.ofSeconds(6));
        Picture last = awaitAlike();
        System.out.printf(
                Locale.ROOT, "%s: healed; all alike after %.1f s, one cluster after %.1f s%n", what, alike, members);
        List<String> problems = new ArrayList<>(chronicle.problems("every node", last));
        if (alike > ALIKE_SECONDS_MAX) {
            problems.add(String.format(
                    Locale.ROOT, "%s: all alike %.1f s after the last heal; expected %.0f s", what, alike, ALIKE_SECONDS_MAX));
        }
        requests.forEach(one -> {
            System.out.println("  " + one.figures());
            problems.addAll(one.wronged());
            one.forget();
        });
        return problems;
    }

    /** After everything that happened no node may say that something is wrong with it. */
    private void awaitHealthy() {
        Map<String, String> seen = new LinkedHashMap<>();
        Watch.until("all nodes are healthy", START_MAX, () -> {
            for (Member member : fabric.members()) {
                seen.put(
                        member.name(),
                        doors.get(member, "/v1/status")
                                .map(status -> status.getBoolean("healthy") + " " + status.getJsonArray("problems"))
                                .orElse("no answer"));
            }
            return seen.values().stream().allMatch("true []"::equals);
        }, seen::toString);
    }

    /** Keeps what nodes wrote where {@code chaos.logs} says, for whoever wants to know why. */
    private void keepLogs() throws IOException {
        String folder = System.getProperty("chaos.logs", "");
        if (!folder.isEmpty()) {
            Files.createDirectories(Path.of(folder));
            for (Member member : fabric.members()) {
                Files.writeString(Path.of(folder, member.name() + ".log"), fabric.log(member.name()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
        requests.forEach(Requests::close);
        doors.close();
        endpoints.values().forEach(endpoint -> endpoint.stop(0));
        keepLogs();
        fabric.close();
    }
}
