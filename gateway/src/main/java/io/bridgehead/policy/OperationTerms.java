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

    /** Servers decode escapes, and many take several slashes for one: where a policy grants every reading must fit, where it catches one. */
    private boolean fitsPath(String path, Grounds grounds) {
        int query = path.indexOf('?');
        String read = PathForm.of(query < 0 ? path : path.substring(0, query));
        String merged = PathForm.merged(read);
        boolean fits = paths.fits(read);
        if (merged.equals(read) || fits != grounds.grants()) {
            return fits;
        }
        return paths.fits(merged);
    }
}
