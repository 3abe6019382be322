package io.bridgehead.policy;

import io.bridgehead.match.Hosts;
import io.bridgehead.model.RequestHead;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An {@code operation} of a policy's rule: requests that fit all of its lists that are not empty, and none of its {@code not} lists.
 *
 * @param hosts of the form of {@link Hosts#normalise}
 * @param ports of the listener where the client connected
 * @param methods as sent
 * @param paths without their query
 */
public record OperationTerms(
        TextTerm hosts, Set<Integer> ports, Set<Integer> notPorts, TextTerm methods, TextTerm paths) {
    public OperationTerms {
        ports = Set.copyOf(ports);
        notPorts = Set.copyOf(notPorts);
    }

    boolean fits(Access access, Grounds grounds) {
        return fitsPort(access, grounds) && fitsRequest(access.head(), grounds);
    }

    private boolean fitsPort(Access access, Grounds grounds) {
        if (ports.isEmpty() && notPorts.isEmpty()) {
            return true;
        }
        if (!access.arrival().isHere()) {
            return grounds.elsewhere();
        }
        int port = access.arrival().port();
        return (ports.isEmpty() || ports.contains(port)) && !notPorts.contains(port);
    }

    private boolean fitsRequest(@Nullable RequestHead head, Grounds grounds) {
        if (!hosts.asks() && !methods.asks() && !paths.asks()) {
            return true;
        }
        if (head == null) {
            return grounds.unseen();
        }
        return (!hosts.asks() || hosts.fits(Hosts.normalise(head.authority())))
                && (!methods.asks() || methods.fits(head.method()))
                && (!paths.asks() || fitsPath(head.path(), grounds));
    }

    /** Many servers take several slashes for one, so that a policy that denies must, too. */
    private boolean fitsPath(String path, Grounds grounds) {
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        if (paths.fits(path, 0, end)) {
            return true;
        }
        int twice = grounds.grants() ? -1 : path.indexOf("//");
        return twice >= 0 && twice < end && paths.fits(merged(path, end));
    }

    private static String merged(String path, int end) {
        StringBuilder merged = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = path.charAt(i);
            if (c != '/' || merged.isEmpty() || merged.charAt(merged.length() - 1) != '/') {
                merged.append(c);
            }
        }
        return merged.toString();
    }
}
