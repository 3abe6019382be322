package io.bridgehead.control;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.NodeReport;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes of the fabric that this one has heard, across its restarts: one that is started while it is cut off knows whom it
 * misses, and where to dial them.
 *
 * <p>Confined to the control context, but for what says otherwise.
 */
@OwnedBy(Owner.CONTROL)
public final class KnownNodes {
    /** A node that was silent for longer has been replaced, when others of its site are heard. */
    public static final long REPLACED_MILLIS = 3_600_000;
    /** A site that was silent for longer has been given up, when no service names it. */
    public static final long GIVEN_UP_MILLIS = 7L * 24 * 3_600_000;
    /** How old what is kept of a node that goes on being heard may get. */
    static final long KEPT_MILLIS = 60_000;

    /** Keeps them on disk. Any thread, one at a time. */
    public interface Memory {
        /** What is there; nothing, and the memory says why, when it cannot be read. */
        List<KnownNode> read();

        /** Replaces what is there. @return false when it could not, and the memory says why */
        boolean write(Collection<KnownNode> nodes);
    }

    private final Memory memory;
    private final Clock clock;
    private final Predicate<SiteName> named;
    private final Map<NodeName, KnownNode> all = new TreeMap<>();
    private volatile Map<NodeName, KnownNode> unheard = Map.of();
    private boolean changed;
    private long keptMillis;

    /**
     * Reads what is remembered.
     *
     * @param named whether services name a site; any thread
     */
    public KnownNodes(Memory memory, Clock clock, Predicate<SiteName> named) {
        this.memory = memory;
        this.clock = clock;
        this.named = named;
        List<KnownNode> read = memory.read();
        long stopped = read.stream().mapToLong(this::heardMillis).max().orElse(0);
        for (KnownNode node : read) {
            boolean othersWereHeard = read.stream()
                    .anyMatch(other ->
                            other.site().equals(node.site()) && stopped - heardMillis(other) <= REPLACED_MILLIS);
            if (!isGone(stopped - heardMillis(node), othersWereHeard, true)) {
                all.put(node.node(), node);
            }
        }
        unheard = Map.copyOf(all);
    }

    /** What was heard by a clock that was ahead was not heard later than now. */
    private long heardMillis(KnownNode node) {
        return Math.min(node.heardMillis(), clock.millis());
    }

    /** Whether services name a site. Any thread. */
    public boolean isNamed(SiteName site) {
        return named.test(site);
    }

    /**
     * Whether a silent node is not missed any more.
     *
     * @param siteHeard whether something is heard from its site
     * @param siteNamed whether services name its site
     */
    public static boolean isGone(long silentMillis, boolean siteHeard, boolean siteNamed) {
        return siteHeard ? silentMillis > REPLACED_MILLIS : !siteNamed && silentMillis > GIVEN_UP_MILLIS;
    }

    /** Those that were heard before the start of this node, and not since. Any thread. */
    public Collection<KnownNode> unheard() {
        return unheard.values();
    }

    /** How long ago such a node was heard, in milliseconds. Any thread. */
    public long agoMillis(KnownNode node) {
        return Math.max(0, clock.millis() - node.heardMillis());
    }

    void heard(NodeReport report) {
        NodeName name = report.report().node();
        if (all.size() >= FabricControl.NODES_MAX && !all.containsKey(name)) {
            makeRoom();
        }
        KnownNode now = new KnownNode(
                name,
                report.report().site(),
                report.tunnel(),
                report.inside(),
                report.revision(),
                report.version(),
                clock.millis());
        KnownNode before = all.put(name, now);
        changed |= before == null
                || !before.site().equals(now.site())
                || !Objects.equals(before.tunnel(), now.tunnel())
                || !Objects.equals(before.inside(), now.inside());
        without(name);
    }

    /** Who was not heard for longest is forgotten. */
    private void makeRoom() {
        NodeName oldest = Collections.min(all.values(), Comparator.comparingLong(KnownNode::heardMillis))
                .node();
        all.remove(oldest);
        without(oldest);
    }

    /** @return whether any of them is forgotten by it */
    boolean quarantined(Quarantine quarantine) {
        boolean forgotten = false;
        for (KnownNode node : List.copyOf(all.values())) {
            if (quarantine.covers(node.site(), node.node())) {
                all.remove(node.node());
                without(node.node());
                forgotten = true;
            }
        }
        changed |= forgotten;
        return forgotten;
    }

    /** Those that were not heard since the start, while it is worth looking for them: not when they are replaced, or their site is given up. */
    List<KnownNode> missed() {
        return unheard.values().stream()
                .filter(node -> !isGone(
                        agoMillis(node),
                        siteHeard(node.site()),
                        agoMillis(node) > GIVEN_UP_MILLIS && isNamed(node.site())))
                .toList();
    }

    private boolean siteHeard(SiteName site) {
        return all.values().stream().anyMatch(node -> node.site().equals(site) && !unheard.containsKey(node.node()));
    }

    /** Where nodes of other sites may be, that were not heard since the start. */
    Set<HostPort> addresses(SiteName own) {
        Set<HostPort> addresses = new LinkedHashSet<>();
        for (KnownNode node : missed()) {
            HostPort tunnel = node.tunnel();
            if (tunnel != null && !node.site().equals(own)) {
                addresses.add(tunnel);
            }
        }
        return addresses;
    }

    /**
     * The nodes of a site that are worth looking for, heard since the start or not. Another that is heard is no sign that one of them is gone: they may
     * be on either side of a cut.
     */
    Collection<KnownNode> inSite(SiteName site) {
        return all.values().stream()
                .filter(node -> node.site().equals(site) && agoMillis(node) <= GIVEN_UP_MILLIS)
                .toList();
    }

    /** What is to be given to {@link #write} now; null while what is kept is new enough. It counts as written. */
    @Nullable
    Collection<KnownNode> toWrite() {
        long now = clock.millis();
        boolean old = !all.isEmpty() && Math.abs(now - keptMillis) >= KEPT_MILLIS;
        if (!changed && !old) {
            return null;
        }
        changed = false;
        keptMillis = now;
        return List.copyOf(all.values());
    }

    /** Any thread, one at a time. @return whether it is on disk now */
    boolean write(Collection<KnownNode> nodes) {
        return memory.write(nodes);
    }

    /** What was to be written could not be. */
    void notWritten() {
        changed = true;
    }

    private void without(NodeName node) {
        if (unheard.containsKey(node)) {
            Map<NodeName, KnownNode> left = new TreeMap<>(unheard);
            left.remove(node);
            unheard = Map.copyOf(left);
        }
    }
}
