package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.ListenerState.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds listeners that cannot be told apart (Gateway API v1, "distinct listeners"). Of one gateway or set none of them is served; against what an
 * older gateway, or the gateway of a set, or an older set has, the later ones are not.
 */
final class Conflicts {
    private final Map<String, List<ListenerState>> taken = new HashMap<>();

    private record Conflict(String reason, String message) {}

    /** Judges listeners of one gateway or set, after those with precedence. */
    void judge(List<String> addresses, List<ListenerState> listeners) {
        List<ListenerState> candidates =
                listeners.stream().filter(ListenerState::isAccepted).toList();
        Map<ListenerState, Conflict> found = new LinkedHashMap<>();
        for (ListenerState one : candidates) {
            for (ListenerState other : candidates) {
                if (one != other) {
                    note(found, one, other);
                }
            }
            for (String address : addresses) {
                taken.getOrDefault(place(address, one), List.of()).forEach(other -> note(found, one, other));
            }
        }
        found.forEach((listener, conflict) -> listener.conflict(conflict.reason(), conflict.message()));
        for (ListenerState one : candidates) {
            if (one.isAccepted()) {
                addresses.forEach(address -> taken.computeIfAbsent(place(address, one), _ -> new ArrayList<>())
                        .add(one));
            }
        }
        candidates.stream().filter(ListenerState::isAccepted).forEach(one -> noteOverlaps(addresses, one));
    }

    private static void note(Map<ListenerState, Conflict> found, ListenerState one, ListenerState other) {
        Conflict conflict = between(one, other);
        if (conflict != null) {
            found.putIfAbsent(one, conflict);
        }
    }

    private static String place(String address, ListenerState listener) {
        return address + " " + listener.listener().port() + (listener.is(Protocol.UDP) ? " udp" : "");
    }

    private static @Nullable Conflict between(ListenerState one, ListenerState other) {
        if (one.listener().port() != other.listener().port() || one.is(Protocol.UDP) != other.is(Protocol.UDP)) {
            return null;
        }
        boolean same = one.protocol() == other.protocol();
        if (same && (one.is(Protocol.TCP) || one.is(Protocol.UDP))) {
            return new Conflict("ProtocolConflict", other.shown() + " has the whole port");
        }
        if (!same && !(encrypted(one) && encrypted(other))) {
            return new Conflict("ProtocolConflict", other.shown() + " speaks " + other.protocol() + " at this port");
        }
        if (!one.hostname().equals(other.hostname())) {
            return null;
        }
        String reason = same ? "HostnameConflict" : "ProtocolConflict";
        return new Conflict(reason, other.shown() + " has the same host name at this port");
    }

    private static boolean encrypted(ListenerState listener) {
        return listener.is(Protocol.HTTPS) || listener.is(Protocol.TLS);
    }

    private void noteOverlaps(List<String> addresses, ListenerState one) {
        for (String address : addresses) {
            for (ListenerState other : taken.getOrDefault(place(address, one), List.of())) {
                if (one != other
                        && one.is(Protocol.HTTPS)
                        && other.is(Protocol.HTTPS)
                        && Hostnames.common(one.hostname(), other.hostname()) != null) {
                    one.overlaps("some hosts are those of " + other.shown());
                    other.overlaps("some hosts are those of " + one.shown());
                }
            }
        }
    }
}
