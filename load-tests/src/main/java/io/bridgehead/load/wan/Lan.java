package io.bridgehead.load.wan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The network of one site on this machine: hosts with the addresses {@code 10.78.0.N}, each a network namespace, and a switch between them. The device
 * of each host is {@code eth0}. Names carry the number of this process, so that several can be up at once.
 */
public final class Lan implements Place {
    private static final String NETWORK = "10.78.0.";

    private final String tag = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    private final Namespace wiring = new Namespace("bh-" + tag + "-lan");
    private final List<String> hosts = new ArrayList<>();

    private Lan() {}

    /**
     * Makes it.
     *
     * @param hosts their names, of at most four letters; the first has the address {@code 10.78.0.11}, the next {@code 10.78.0.12}, and so on
     */
    public static Lan up(List<String> hosts) throws IOException {
        Lan lan = new Lan();
        try {
            lan.wiring.add();
            lan.wiring.ip("link", "add", "lan0", "type", "bridge", "mcast_snooping", "0");
            lan.wiring.ip("link", "set", "lan0", "up");
            for (String host : hosts) {
                lan.add(host);
            }
            return lan;
        } catch (IOException e) {
            lan.close();
            throw e;
        }
    }

    private void add(String host) throws IOException {
        hosts.add(host);
        Namespace space = space(host);
        space.add();
        wiring.ip("link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", space.name());
        wiring.ip("link", "set", host, "master", "lan0", "up");
        space.ip("addr", "add", of(host) + "/24", "dev", "eth0");
        space.ip("link", "set", "eth0", "up");
    }

    private Namespace space(String host) {
        return new Namespace("bh-" + tag + "-" + host);
    }

    /** The address of a host, or of one that is not there yet: the number behind the last. */
    @Override
    public String of(String host) {
        int index = hosts.indexOf(host);
        return NETWORK + (11 + (index < 0 ? hosts.size() : index));
    }

    /** Gives a host another address, with the bits of its network. */
    public void addAddress(String host, String address) throws IOException {
        space(host).ip("addr", "add", address, "dev", "eth0");
    }

    /** Takes the plug of a host out of the switch, as when its machine is gone, or puts it back. */
    public void plug(String host, boolean in) throws IOException {
        wiring.ip("link", "set", host, in ? "up" : "down");
    }

    @Override
    public List<String> command(String host, List<String> command) {
        return space(host).command(command);
    }

    @Override
    public <T> T in(String host, Callable<T> task) {
        return space(host).in(task);
    }

    /** Takes the hosts away; their processes must have ended. */
    @Override
    public void close() throws IOException {
        for (String host : hosts) {
            space(host).delete();
        }
        wiring.delete();
    }
}
