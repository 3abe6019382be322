package io.bridgehead.policy;

import io.bridgehead.match.Hosts;
import io.bridgehead.model.PathForm;
import io.bridgehead.model.RequestHead;
import java.util.List;
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
    /** Begins the parameters of a segment. */
    private static final char PARAMETERS = ';';

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

    /**
     * Servers decode escapes, and many take several slashes for one or what is behind a semicolon for parameters: where a policy grants every
     * reading must fit, where it catches one. A pattern with a semicolon of what it grants, or of what it leaves out when it catches, means
     * paths with their parameters; patterns beside it do not.
     */
    private boolean fitsPath(String path, Grounds grounds) {
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        String read = PathForm.of(path.substring(0, end));
        if (!PathForm.isAmbiguous(read, read.length())) {
            return paths.fits(read);
        }
        String plain = PathForm.withoutParameters(read);
        List<String> whole = List.of(read, PathForm.merged(read));
        List<String> all = List.of(read, whole.getLast(), plain, PathForm.merged(plain));
        return grounds.grants() ? isGranted(whole, all) : isCaught(whole, all);
    }

    /**
     * @param whole readings of a path with its parameters
     * @param all the readings
     */
    private boolean isGranted(List<String> whole, List<String> all) {
        if (all.stream().allMatch(paths::fits)) {
            return true;
        }
        return whole.stream().allMatch(form -> paths.wants(PARAMETERS, form))
                && all.stream().noneMatch(paths::excludes);
    }

    private boolean isCaught(List<String> whole, List<String> all) {
        return all.stream().anyMatch(paths::fits) && !whole.stream().allMatch(form -> paths.excludes(PARAMETERS, form));
    }
}
