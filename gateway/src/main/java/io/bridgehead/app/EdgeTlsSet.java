package io.bridgehead.app;

import io.bridgehead.config.BundleEndpoint;
import io.bridgehead.config.EdgeSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.listen.EdgeListener;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of all listeners of a node, by name. What stays as configured is kept, so that its connections and files go on.
 *
 * <p>Threads: one at a time, which may wait for the file system; {@link #current} any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class EdgeTlsSet implements AutoCloseable {
    private final EdgeTls.Surroundings surroundings;
    private volatile Map<String, EdgeTls> current = Map.of();
    private volatile List<EdgeTls> leaving = List.of();

    EdgeTlsSet(EdgeTls.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What the TLS of all listeners has in common. */
    EdgeTls.Surroundings surroundings() {
        return surroundings;
    }

    /** What a configuration needs, read and found right, but not in use yet. */
    record Prepared(Map<String, EdgeTls> tls, List<EdgeTls> fresh) {
        /** Gives up what was made for it. */
        void drop() {
            fresh.forEach(EdgeTls::close);
        }
    }

    /** In use now. */
    Map<String, EdgeTls> current() {
        return current;
    }

    /**
     * Reads the files of a configuration: all of new listeners, and what has changed of others.
     *
     * @throws StartException with every reason; nothing has changed then but files that were found right
     */
    Prepared prepare(NodeConfig config) throws StartException {
        Map<String, EdgeTls> wanted = new LinkedHashMap<>();
        List<EdgeTls> fresh = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (NodeConfig.Listener listener : config.listeners()) {
            EdgeTlsSettings settings = settings(listener, config.limits().edge().tlsHandshakeTimeout());
            if (settings == null) {
                continue;
            }
            EdgeTls old = current.get(listener.name());
            try {
                if (old != null && old.isAs(settings, listener.edge().http2())) {
                    old.reload();
                    wanted.put(listener.name(), old);
                } else {
                    EdgeTls made = EdgeTls.load(settings, listener.edge().http2(), surroundings);
                    fresh.add(made);
                    wanted.put(listener.name(), made);
                }
            } catch (MaterialException | IllegalArgumentException e) {
                problems.add(problem(listener, e));
            }
        }
        BundleEndpoint endpoint = config.identity().bundleEndpoint();
        if (endpoint != null) {
            prepareBundles(endpoint, config, wanted, fresh, problems);
        }
        Prepared prepared = new Prepared(wanted, fresh);
        if (!problems.isEmpty()) {
            prepared.drop();
            throw new StartException(problems);
        }
        return prepared;
    }

    private void prepareBundles(
            BundleEndpoint endpoint,
            NodeConfig config,
            Map<String, EdgeTls> wanted,
            List<EdgeTls> fresh,
            List<String> problems) {
        EdgeTlsSettings settings = settings(endpoint, config);
        EdgeTls old = current.get(BundleEndpoint.LISTENER);
        try {
            if (old != null && old.isAs(settings, true)) {
                boolean _ = old.reload();
                wanted.put(BundleEndpoint.LISTENER, old);
                return;
            }
            EdgeTls made = endpoint.web() == null
                    ? EdgeTls.ofIdentity(settings, surroundings)
                    : EdgeTls.load(settings, true, surroundings);
            fresh.add(made);
            wanted.put(BundleEndpoint.LISTENER, made);
        } catch (MaterialException | IllegalArgumentException e) {
            problems.add(BundleEndpoint.LISTENER + ": " + e.getMessage());
        }
    }

    private static EdgeTlsSettings settings(BundleEndpoint endpoint, NodeConfig config) {
        EdgeSettings.CertificateFiles web = endpoint.web();
        return new EdgeTlsSettings(
                BundleEndpoint.LISTENER,
                web == null ? List.of() : List.of(new EdgeTlsSettings.Pair(web.certificate(), web.key(), null)),
                true,
                EdgeTlsSettings.ClientCertificates.NONE,
                null,
                null,
                false,
                config.limits().edge().tlsHandshakeTimeout().toMillis());
    }

    /** Puts it in use; the listeners follow, and then {@link #retire} gives up what they have left. */
    void use(Prepared prepared) {
        List<EdgeTls> left = new ArrayList<>(leaving);
        left.addAll(current.values());
        left.removeAll(prepared.tls().values());
        leaving = List.copyOf(left);
        current = Map.copyOf(prepared.tls());
    }

    /** Gives up what is not configured any more; live connections go on. A listener that could not move keeps what it has. */
    void retire(Collection<EdgeListener> open) {
        Set<@Nullable EdgeTls> used = new HashSet<>();
        open.forEach(listener -> used.add(listener.spec().edge().tls()));
        List<EdgeTls> kept = new ArrayList<>();
        for (EdgeTls tls : leaving) {
            if (used.contains(tls)) {
                kept.add(tls);
            } else {
                tls.close();
            }
        }
        leaving = List.copyOf(kept);
    }

    /** Looks at all files. Returns whether something new was taken. */
    boolean poll() {
        boolean changed = false;
        for (EdgeTls tls : current.values()) {
            changed |= tls.poll();
        }
        for (EdgeTls tls : leaving) {
            changed |= tls.poll();
        }
        return changed;
    }

    @Override
    public void close() {
        current.values().forEach(EdgeTls::close);
        leaving.forEach(EdgeTls::close);
        current = Map.of();
        leaving = List.of();
    }

    /** What is wrong with the files that a configuration names; empty when nothing. */
    public static List<String> problems(NodeConfig config) {
        List<String> problems = new ArrayList<>();
        for (NodeConfig.Listener listener : config.listeners()) {
            EdgeTlsSettings settings = settings(listener, config.limits().edge().tlsHandshakeTimeout());
            try {
                if (settings != null) {
                    EdgeTls.check(settings, Clock.systemUTC());
                }
            } catch (MaterialException | IllegalArgumentException e) {
                problems.add(problem(listener, e));
            }
        }
        BundleEndpoint endpoint = config.identity().bundleEndpoint();
        if (endpoint != null && endpoint.web() != null) {
            try {
                EdgeTls.check(settings(endpoint, config), Clock.systemUTC());
            } catch (MaterialException | IllegalArgumentException e) {
                problems.add(BundleEndpoint.LISTENER + ": " + e.getMessage());
            }
        }
        return problems;
    }

    private static String problem(NodeConfig.Listener listener, Exception e) {
        String message = Objects.requireNonNullElse(e.getMessage(), e.toString());
        return e instanceof MaterialException ? "listener '" + listener.name() + "': " + message : message;
    }

    private static @Nullable EdgeTlsSettings settings(NodeConfig.Listener listener, Duration handshake) {
        EdgeSettings.Tls tls = listener.edge().tls();
        if (tls == null) {
            return null;
        }
        return new EdgeTlsSettings(
                listener.name(),
                tls.certificates().stream()
                        .map(files -> new EdgeTlsSettings.Pair(files.certificate(), files.key(), files.ocspStaple()))
                        .toList(),
                tls.minVersion() == EdgeSettings.TlsVersion.V1_2,
                EdgeTlsSettings.ClientCertificates.valueOf(
                        tls.clientCertificates().name()),
                tls.clientAuthorities(),
                tls.clientCrl(),
                tls.requireHybrid(),
                handshake.toMillis());
    }
}
