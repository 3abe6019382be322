package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * A workload identity: {@code spiffe://<trust domain>/<path>} as in the SPIFFE-ID specification, with the paths that
 * Bridgehead gives a meaning: {@code /site/<site>/gateway/<node>}, {@code /site/<site>/unauthenticated} and
 * {@code /operator/<name>}. The path is never empty: an id of a trust domain alone names no workload.
 */
public record SpiffeId(TrustDomain trustDomain, String path) {
    private static final String SCHEME = "spiffe://";
    private static final int CHARACTERS_MAX = 2048;

    /** @throws IllegalArgumentException if the path is not one that the specification allows */
    public SpiffeId {
        String problem = pathProblem(path);
        if (problem != null) {
            throw new IllegalArgumentException("SPIFFE ID path '" + path + "': " + problem);
        }
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    public static SpiffeId parse(String text) {
        if (!text.startsWith(SCHEME) || text.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "SPIFFE ID '" + text + "': expected spiffe://<trust domain>/<path> of at most 2048 characters");
        }
        int slash = text.indexOf('/', SCHEME.length());
        if (slash < 0) {
            throw new IllegalArgumentException("SPIFFE ID '" + text + "': expected a path after the trust domain");
        }
        return new SpiffeId(new TrustDomain(text.substring(SCHEME.length(), slash)), text.substring(slash));
    }

    /** The id of a gateway node. */
    public static SpiffeId gateway(TrustDomain trustDomain, SiteName site, NodeName node) {
        return new SpiffeId(trustDomain, "/site/" + site + "/gateway/" + node);
    }

    /** The id that callers without proof have at a site unless their listener says otherwise. */
    public static SpiffeId unauthenticated(TrustDomain trustDomain, SiteName site) {
        return new SpiffeId(trustDomain, "/site/" + site + "/unauthenticated");
    }

    /** The id of a person or pipeline that may sign documents. */
    public static SpiffeId operator(TrustDomain trustDomain, String name) {
        return new SpiffeId(trustDomain, "/operator/" + name);
    }

    /** The site this id belongs to ({@code /site/<site>/...}), or null when its path is of another form. */
    public @Nullable SiteName site() {
        String name = segment(0).equals("site") ? segment(1) : "";
        return SiteName.isValid(name) ? new SiteName(name) : null;
    }

    /** The gateway node that this id names, or null when it names something else. */
    public @Nullable NodeName gatewayNode() {
        boolean gateway = segment(0).equals("site")
                && segment(2).equals("gateway")
                && segment(4).isEmpty();
        String name = gateway ? segment(3) : "";
        return NodeName.isValid(name) && site() != null ? new NodeName(name) : null;
    }

    /** Whether this id names an operator. */
    public boolean isOperator() {
        return path.startsWith("/operator/");
    }

    private String segment(int index) {
        String[] segments = path.substring(1).split("/", -1);
        return index < segments.length ? segments[index] : "";
    }

    private static @Nullable String pathProblem(String path) {
        if (path.length() < 2 || path.charAt(0) != '/' || path.endsWith("/") || path.length() > CHARACTERS_MAX) {
            return "expected '/' and at least one segment, without a trailing '/'";
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "expected no empty, '.' or '..' segment";
            }
            for (int i = 0; i < segment.length(); i++) {
                char c = segment.charAt(i);
                if ((c | 32) < 'a' || (c | 32) > 'z') {
                    if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '_') {
                        return "expected segments of letters, digits, '.', '-' and '_'";
                    }
                }
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return SCHEME + trustDomain + path;
    }
}
