package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One gateway with all its listeners while a set of manifests is compiled.
 *
 * @param addresses where its listeners are; empty when none can be had
 * @param own the listeners that it describes itself
 * @param sets those of each set that is attached to it, the one with precedence first
 * @param refusal why it is not accepted as a whole, or null
 * @param clientCertificate the name of the certificate that backends are shown, or null
 * @param unresolved what is wrong with its references, or null
 */
record GatewayState(
        Gateway gateway,
        List<String> addresses,
        List<ListenerState> own,
        Map<ListenerSet, List<ListenerState>> sets,
        @Nullable Condition refusal,
        @Nullable String clientCertificate,
        @Nullable Condition unresolved) {
    /** All listeners, the gateway's own first. */
    List<ListenerState> all() {
        List<ListenerState> all = new ArrayList<>(own);
        sets.values().forEach(all::addAll);
        return all;
    }

    /** Those of the gateway itself, or of one set. */
    List<ListenerState> of(Manifest owner) {
        return owner.equals(gateway)
                ? own
                : owner instanceof ListenerSet set ? sets.getOrDefault(set, List.of()) : List.of();
    }

    /** How it stands. */
    List<Condition> conditions() {
        List<Condition> all = new ArrayList<>();
        all.add(accepted());
        if (unresolved != null) {
            all.add(unresolved);
        } else {
            all.add(Condition.yes(Condition.RESOLVED_REFS, "all references are there"));
        }
        boolean served = all().stream().anyMatch(ListenerState::isUsable);
        all.add(
                refusal == null && served
                        ? Condition.yes(Condition.PROGRAMMED, "its listeners are open")
                        : Condition.no(Condition.PROGRAMMED, "Invalid", "none of its listeners can be served"));
        return all;
    }

    private Condition accepted() {
        if (refusal != null) {
            return refusal;
        }
        return accepted(own);
    }

    /** Whether listeners together are accepted. */
    static Condition accepted(List<ListenerState> listeners) {
        List<String> wrong = listeners.stream()
                .filter(listener -> !listener.isAccepted())
                .map(listener -> listener.listener().name())
                .toList();
        if (wrong.isEmpty()) {
            return Condition.yes(Condition.ACCEPTED, "all its listeners are valid");
        }
        String message = "not valid: " + String.join(", ", wrong);
        return wrong.size() == listeners.size()
                ? Condition.no(Condition.ACCEPTED, "ListenersNotValid", message)
                : Condition.yes(Condition.ACCEPTED, "ListenersNotValid", message);
    }
}
