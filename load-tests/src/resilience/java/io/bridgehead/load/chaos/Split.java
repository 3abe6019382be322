package io.bridgehead.load.chaos;

import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.FarFabric.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A split as operators and clients see it: what {@code status} says at every node, and where requests go. Threads: one. */
final class Split implements AutoCloseable {
    private final FiveNodes nodes;
    private final String name;
    private final Outlook outlook;
    private final List<Route> routes = new ArrayList<>();

    /** @param missed the sites that the nodes of a site will miss; see {@link Outlook} */
    Split(FiveNodes nodes, String name, Map<String, List<String>> missed) {
        this.nodes = nodes;
        this.name = name;
        this.outlook = nodes.outlook(missed);
    }

    String name() {
        return name;
    }

    /** Before the cut: sends GETs from a node to a service that the first of some sites is to answer; see {@link FiveNodes#route}. */
    Route route(String entry, String... order) {
        Route route = nodes.route(name + "-" + entry + "-" + String.join("-", order), entry, order);
        routes.add(route);
        return route;
    }

    /** Cuts ways; returns when requests have gone where they are to go. */
    void cut(List<String> ways) {
        nodes.disturber().cut(ways);
        long cut = System.nanoTime();
        outlook.begin(cut);
        routes.forEach(route -> route.left(cut));
    }

    /** From this moment on ways come and go for less time than anybody is missed. */
    void flaps() {
        outlook.begin(System.nanoTime());
    }

    /** Returns when each node that is to miss somebody says so; what is not as it should be, at these nodes by the command itself as well. */
    List<String> missed(String... at) {
        outlook.awaitMissed();
        List<String> wrong = new ArrayList<>();
        for (String node : at) {
            wrong.addAll(outlook.said(nodes.node(node)));
        }
        return wrong;
    }

    /**
     * What does not fit of the tunnels that {@code top} and {@code doctor} show at a node.
     *
     * @param cutOff the site to whose nodes there is no tunnel
     */
    List<String> tunnels(String at, String cutOff) {
        FarFabric fabric = nodes.fabric();
        Member from = nodes.node(at);
        String socket = fabric.socket(from).toString();
        String config = fabric.config(from).toString();
        Said top = command(from, "top", "--every", "1s", "--socket", socket);
        Said doctor = command(from, "doctor", "--config", config, "--socket", socket);
        List<String> wrong = new ArrayList<>();
        for (Member to : nodes.members()) {
            if (!to.site().equals(from.site())) {
                boolean out = to.site().equals(cutOff);
                String row = fabric.tunnel(to) + " +" + to.name() + (out ? " +(dead|connecting) .*" : " +up .*");
                String error = "error +peers +tunnel " + fabric.tunnel(to) + ": the node says: .*";
                if (top.text().lines().noneMatch(line -> line.matches(row))) {
                    wrong.add("expected '" + row + "' of top:\n" + top.text());
                }
                if (doctor.text().lines().anyMatch(line -> line.matches(error)) != out || doctor.exit() != 1) {
                    wrong.add("expected " + (out ? "" : "no ") + "'" + error + "' of doctor:\n" + doctor.text());
                }
            }
        }
        return wrong;
    }

    private Said command(Member at, String... command) {
        try {
            return nodes.fabric().bridgeheadIn(at.site(), command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mends the ways and returns when all is well; what is not as it should be. */
    List<String> mended(Thread... writing) {
        List<String> wrong = new ArrayList<>();
        routes.forEach(route -> wrong.addAll(route.wronged()));
        outlook.mended(); // before, as a node that hears the others at once is not to be taken for one that should not
        nodes.disturber().mendAll();
        routes.forEach(Route::mended);
        wrong.addAll(nodes.healed(name, writing));
        routes.forEach(route -> wrong.addAll(route.back()));
        wrong.addAll(outlook.problems());
        for (String site : List.of("a", "b", "c")) {
            wrong.addAll(outlook.said(nodes.node(site + "-1")));
        }
        return wrong;
    }

    @Override
    public void close() {
        outlook.close();
        routes.forEach(Route::close);
    }
}
