package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the places that a route wants to attach to, while a set of manifests is compiled. */
@OwnedBy(Owner.CONFINED)
final class ParentState {
    private final ParentReference reference;
    private final List<Attached> attached;
    private @Nullable Condition refusal;
    private final List<Condition> others = new ArrayList<>();
    private final List<Attached> shadowed = new ArrayList<>();
    private String shadowedBy = "";

    /** A listener that takes the route, with the hosts that it takes it for. */
    record Attached(ListenerState listener, List<HostPattern> hosts) {
        Attached {
            hosts = List.copyOf(hosts);
        }
    }

    private ParentState(ParentReference reference, List<Attached> attached, @Nullable Condition refusal) {
        this.reference = reference;
        this.attached = new ArrayList<>(attached);
        this.refusal = refusal;
    }

    static ParentState attached(ParentReference reference, List<Attached> attached) {
        return new ParentState(reference, attached, null);
    }

    static ParentState refused(ParentReference reference, String reason, String message) {
        return new ParentState(reference, List.of(), Condition.no(Condition.ACCEPTED, reason, message));
    }

    ParentReference reference() {
        return reference;
    }

    /** Where it is attached; none once it is refused. */
    List<Attached> attached() {
        return refusal == null ? List.copyOf(attached) : List.of();
    }

    /** One listener does not take it after all; without any other it is refused for this reason. */
    void detach(Attached one, String reason, String message) {
        attached.remove(one);
        if (attached.isEmpty()) {
            refuse(reason, message);
        }
    }

    /** Another route has all that this one could get at a listener: it is attached there and gets nothing. */
    void shadow(Attached one, String message) {
        shadowed.add(one);
        shadowedBy = message;
    }

    boolean isAccepted() {
        return refusal == null;
    }

    void refuse(String reason, String message) {
        if (refusal == null) {
            refusal = Condition.no(Condition.ACCEPTED, reason, message);
        }
    }

    void add(Condition condition) {
        others.add(condition);
    }

    /** Tells its listeners that the route is theirs. */
    void settle(Route route) {
        attached().forEach(one -> one.listener().attach(route));
    }

    List<Condition> conditions() {
        List<Condition> all = new ArrayList<>();
        all.add(refusal == null ? Condition.yes(Condition.ACCEPTED, "it is attached") : refusal);
        all.addAll(others);
        List<Attached> usable =
                attached().stream().filter(one -> one.listener().isUsable()).toList();
        if (usable.isEmpty()) {
            all.add(Condition.no(Condition.PROGRAMMED, "Invalid", "no listener serves it"));
        } else if (shadowed.containsAll(usable)) {
            all.add(Condition.no(Condition.PROGRAMMED, "Conflicted", shadowedBy));
        } else {
            all.add(Condition.yes(Condition.PROGRAMMED, "it is served"));
        }
        return all;
    }
}
