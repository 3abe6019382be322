package io.bridgehead.compile.gateway;

import io.bridgehead.match.HostPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who has which hosts first; says at the cost of the host's labels, however many there are, whether a host has one in common with them. */
@OwnedBy(Owner.CONFINED)
final class HostClaims {
    private final Map<String, String> patterns = new HashMap<>();
    private final Map<String, String> below = new HashMap<>();
    private @Nullable String anyone;

    /** Takes a host for somebody. */
    void claim(HostPattern host, String owner) {
        anyone = anyone == null ? owner : anyone;
        patterns.putIfAbsent(host.text(), owner);
        for (int dot = host.text().indexOf('.'); dot >= 0; dot = host.text().indexOf('.', dot + 1)) {
            below.putIfAbsent(host.text().substring(dot), owner);
        }
    }

    /** Who has a host in common with this pattern; null for nobody. */
    @Nullable
    String owner(HostPattern host) {
        if (host.equals(Hostnames.ANY)) {
            return anyone;
        }
        String same = patterns.getOrDefault(host.text(), patterns.get("*"));
        if (same != null) {
            return same;
        }
        if (host.isWildcard() && below.containsKey(host.text().substring(1))) {
            return below.get(host.text().substring(1));
        }
        for (int dot = host.text().indexOf('.'); dot >= 0; dot = host.text().indexOf('.', dot + 1)) {
            String wider = patterns.get("*" + host.text().substring(dot));
            if (wider != null) {
                return wider;
            }
        }
        return null;
    }
}
