package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.GatewayPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One listener while a set of manifests is compiled: what it is, what is wrong with it, and what attaches to it. */
@OwnedBy(Owner.CONFINED)
final class ListenerState {
    /** What a listener speaks. */
    enum Protocol {
        HTTP,
        HTTPS,
        TLS,
        TCP,
        UDP;

        static @Nullable Protocol of(String text) {
            for (Protocol protocol : values()) {
                if (protocol.name().equals(text.toUpperCase(Locale.ROOT))) {
                    return protocol;
                }
            }
            return null;
        }
    }

    private final Gateway gateway;
    private final Manifest owner;
    private final Listener listener;
    private final int index;
    private final @Nullable Protocol protocol;
    private final HostPattern hostname;
    private final Set<String> routes = new HashSet<>();
    private List<String> kinds = List.of();
    private List<GatewayPort.Certificate> certificates = List.of();
    private GatewayPort.@Nullable ClientValidation clients;
    private @Nullable Condition notAccepted;
    private @Nullable Condition conflicted;
    private @Nullable Condition notResolved;
    private @Nullable Condition overlapping;
    private boolean unusable;

    /** @param owner the gateway itself, or the set of listeners that it stands in */
    ListenerState(Gateway gateway, Manifest owner, Listener listener, int index) {
        this.gateway = gateway;
        this.owner = owner;
        this.listener = listener;
        this.index = index;
        this.protocol = Protocol.of(listener.protocol());
        boolean named = protocol == Protocol.HTTP || protocol == Protocol.HTTPS || protocol == Protocol.TLS;
        this.hostname = named ? Hostnames.of(listener.hostname()) : Hostnames.ANY;
    }

    Gateway gateway() {
        return gateway;
    }

    Manifest owner() {
        return owner;
    }

    Listener listener() {
        return listener;
    }

    int index() {
        return index;
    }

    /** Null for a word that is not known. */
    @Nullable
    Protocol protocol() {
        return protocol;
    }

    boolean is(Protocol wanted) {
        return protocol == wanted;
    }

    HostPattern hostname() {
        return hostname;
    }

    /** As people know it. */
    String shown() {
        return owner.id() + " listener " + listener.name();
    }

    boolean passesThrough() {
        Listener.ListenerTls tls = listener.tls();
        return tls != null && tls.mode() == Listener.TlsMode.PASSTHROUGH;
    }

    /** Kinds of routes that may attach. */
    List<String> kinds() {
        return kinds;
    }

    void kinds(List<String> supported) {
        kinds = List.copyOf(supported);
    }

    List<GatewayPort.Certificate> certificates() {
        return certificates;
    }

    void certificates(List<GatewayPort.Certificate> usable) {
        certificates = List.copyOf(usable);
    }

    GatewayPort.@Nullable ClientValidation clients() {
        return clients;
    }

    void clients(GatewayPort.ClientValidation validation) {
        clients = validation;
    }

    /** Nothing can come in here. */
    void refuse(String reason, String message) {
        if (notAccepted == null) {
            notAccepted = Condition.no(Condition.ACCEPTED, reason, message);
        }
    }

    /** Another listener claims the same. */
    void conflict(String reason, String message) {
        conflicted = new Condition(Condition.CONFLICTED, true, reason, message);
        refuse(reason, message);
    }

    /** Something it refers to is not there, or not for it; without it the listener cannot be served. */
    void unresolved(String reason, String message, boolean needed) {
        if (notResolved == null) {
            notResolved = Condition.no(Condition.RESOLVED_REFS, reason, message);
        }
        unusable |= needed;
    }

    /** Another listener of the port has certificates for some of the same hosts. */
    void overlaps(String message) {
        overlapping = new Condition(Condition.OVERLAPPING_TLS, true, "OverlappingHostnames", message);
    }

    boolean isAccepted() {
        return notAccepted == null;
    }

    /** Whether it can be served. */
    boolean isUsable() {
        return isAccepted() && !unusable;
    }

    /** A route attaches. */
    void attach(Manifest route) {
        routes.add(route.id().toString());
    }

    int attached() {
        return routes.size();
    }

    /** How it stands. */
    List<Condition> conditions() {
        List<Condition> all = new ArrayList<>();
        all.add(notAccepted == null ? Condition.yes(Condition.ACCEPTED, "it is valid") : notAccepted);
        all.add(notResolved == null ? Condition.yes(Condition.RESOLVED_REFS, "all references are there") : notResolved);
        all.add(
                conflicted == null
                        ? Condition.no(Condition.CONFLICTED, "NoConflicts", "no other listener claims the same")
                        : conflicted);
        if (overlapping != null) {
            all.add(overlapping);
        }
        String why = conflicted == null ? "Invalid" : conflicted.reason();
        all.add(
                isUsable()
                        ? Condition.yes(Condition.PROGRAMMED, "it is served")
                        : Condition.no(Condition.PROGRAMMED, why, "it is not served: see the other conditions"));
        return all;
    }
}
