package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.memory.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Paths in virtual time that are slow, cut in one or both directions, or lead to a process that is stopped. Messages
 * on one path keep their order, as on a connection; what is on its way when the path is cut is lost, as when the
 * connection breaks. A stopped process gets its messages when it goes on.
 */
final class SimulatedPaths implements Paths {
    private final VirtualTime time;
    private final RandomGenerator random;
    private final Set<Path> cut = new HashSet<>();
    private final Map<Path, Long> delays = new HashMap<>();
    private final Map<Path, Long> busyUntil = new HashMap<>();
    private final Map<Path, Integer> breaks = new HashMap<>();
    private final Set<String> gone = new HashSet<>();
    private final Map<String, List<Runnable>> stopped = new HashMap<>();

    private record Path(String from, String to) {}

    SimulatedPaths(VirtualTime time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    @Override
    public boolean open(String from, String to) {
        return !cut.contains(new Path(from, to)) && isFit(from) && isFit(to);
    }

    @Override
    public void carry(String from, String to, Runnable delivery) {
        Path path = new Path(from, to);
        if (cut.contains(path) || gone.contains(to)) {
            return;
        }
        long slow = delays.getOrDefault(path, 1L);
        long arrival = Math.max(time.elapsed() + slow + random.nextLong(slow + 1), busyUntil.getOrDefault(path, 0L));
        busyUntil.put(path, arrival);
        int connection = breaks.getOrDefault(path, 0);
        time.after(arrival - time.elapsed(), () -> {
            if (breaks.getOrDefault(path, 0) == connection) {
                arrive(to, delivery);
            }
        });
    }

    void cut(String from, String to) {
        Path path = new Path(from, to);
        if (cut.add(path)) {
            breaks.merge(path, 1, Integer::sum);
        }
    }

    void heal(String from, String to) {
        cut.remove(new Path(from, to));
    }

    void slow(String from, String to, long millis) {
        delays.put(new Path(from, to), millis);
    }

    void stop(String node) {
        stopped.putIfAbsent(node, new ArrayList<>());
    }

    void goOn(String node) {
        List<Runnable> waiting = stopped.remove(node);
        if (waiting != null) {
            waiting.forEach(delivery -> time.after(0, delivery));
        }
    }

    /** The process has ended: what was on its way to it is lost. */
    void killed(String node) {
        gone.add(node);
        stopped.remove(node);
        busyUntil.keySet().stream()
                .filter(path -> path.to.equals(node) || path.from.equals(node))
                .toList()
                .forEach(path -> breaks.merge(path, 1, Integer::sum));
    }

    void started(String node) {
        gone.remove(node);
    }

    boolean isFit(String node) {
        return !gone.contains(node) && !stopped.containsKey(node);
    }

    private void arrive(String to, Runnable delivery) {
        List<Runnable> waiting = stopped.get(to);
        if (waiting != null) {
            waiting.add(delivery);
        } else if (!gone.contains(to)) {
            delivery.run();
        }
    }
}
