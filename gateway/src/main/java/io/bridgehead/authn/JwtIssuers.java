package io.bridgehead.authn;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The issuers of tokens that a node trusts, by name. What stays as configured keeps its keys.
 *
 * <p><b>Threads</b>: {@link #prepare}, {@link #use}, {@link #tick} and {@link #close} from one at a time, which may wait for the file system; the
 * rest from any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class JwtIssuers implements AutoCloseable {
    private static final long FILE_MILLIS = 1_000;

    private final Function<JwksSource.Url, JwksReader> servers;
    private final JwtObserver observer;
    private volatile Map<String, Entry> current = Map.of();

    /** @param workers where answers of servers are read */
    public JwtIssuers(Executor workers, JwtObserver observer) {
        this(observer, url -> JwksHttp.of(url, workers));
    }

    /** @param servers opens what asks a server; throws {@link IllegalArgumentException} if its authorities cannot be used */
    JwtIssuers(JwtObserver observer, Function<JwksSource.Url, JwksReader> servers) {
        this.servers = servers;
        this.observer = observer;
    }

    /** An issuer as it is configured. */
    public record Configured(JwtRules rules, JwksSource source) {}

    private record Entry(Configured configured, JwtIssuer issuer) {}

    /** What a configuration needs, not in use yet. */
    public static final class Prepared {
        private final Map<String, Entry> entries;
        private final List<JwksFeed> fresh;

        private Prepared(Map<String, Entry> entries, List<JwksFeed> fresh) {
            this.entries = entries;
            this.fresh = List.copyOf(fresh);
        }

        /** Gives up what was made for it; instead of {@link JwtIssuers#use}, never after it. */
        public void drop() {
            fresh.forEach(JwksFeed::close);
        }

        /** What a listener takes of these issuers. */
        public JwtTerms terms(List<String> names, boolean required) {
            List<JwtIssuer> issuers = new ArrayList<>();
            for (String name : names) {
                Entry entry = entries.get(name);
                if (entry == null) {
                    throw new IllegalArgumentException("issuer '" + name + "': expected one of " + entries.keySet());
                }
                issuers.add(entry.issuer());
            }
            return new JwtTerms(issuers, required);
        }
    }

    /**
     * How an issuer is.
     *
     * @param source where its keys come from
     * @param keys what they are called
     * @param readMillis when they were last read, since 1970; 0 for never
     * @param problem why they could not be read since; empty when they could
     */
    public record Status(
            String name,
            String issuer,
            String source,
            List<String> keys,
            int leftOut,
            long readMillis,
            String problem) {}

    /**
     * Makes what a configuration needs and is not there yet.
     *
     * @throws IllegalArgumentException if a file of authorities cannot be used; nothing has changed then
     */
    public Prepared prepare(List<Configured> wanted) {
        Map<String, Entry> before = current;
        Map<String, Entry> next = new LinkedHashMap<>();
        List<JwksFeed> fresh = new ArrayList<>();
        try {
            for (Configured one : wanted) {
                Entry old = before.get(one.rules().name());
                next.put(one.rules().name(), old != null && old.configured().equals(one) ? old : made(one, old, fresh));
            }
        } catch (RuntimeException e) {
            fresh.forEach(JwksFeed::close);
            throw e;
        }
        return new Prepared(next, fresh);
    }

    private Entry made(Configured configured, @Nullable Entry old, List<JwksFeed> fresh) {
        JwksFeed feed;
        if (old != null
                && old.configured().source().equals(configured.source())
                && isOfTrustDomain(old.configured()) == isOfTrustDomain(configured)) {
            feed = old.issuer().feed();
        } else {
            feed = feed(configured);
            fresh.add(feed);
        }
        return new Entry(configured, new JwtIssuer(configured.rules(), feed));
    }

    private JwksFeed feed(Configured configured) {
        String name = configured.rules().name();
        Function<byte[], JwksKeys> parsing = parsing(configured);
        return switch (configured.source()) {
            case JwksSource.File file ->
                new JwksFeed(name, file.toString(), FILE_MILLIS, new JwksFile(file.path()), parsing, observer);
            case JwksSource.Url url ->
                new JwksFeed(name, url.toString(), url.refreshMillis(), servers.apply(url), parsing, observer);
        };
    }

    private static boolean isOfTrustDomain(Configured configured) {
        return configured.rules().svids() != null;
    }

    private static Function<byte[], JwksKeys> parsing(Configured configured) {
        return isOfTrustDomain(configured) ? JwksKeys::parseBundle : JwksKeys::parse;
    }

    /** What is wrong with the files that a configuration names, in words; empty when nothing. */
    public static List<String> problems(List<Configured> wanted) {
        List<String> problems = new ArrayList<>();
        for (Configured one : wanted) {
            try {
                if (one.source() instanceof JwksSource.File file) {
                    JwksKeys _ = parsing(one).apply(new JwksFile(file.path()).bytes());
                } else if (one.source() instanceof JwksSource.Url url && url.authorities() != null) {
                    JwksHttp.trusting(url.authorities());
                }
            } catch (IllegalArgumentException | IOException e) {
                problems.add("jwt issuer " + one.rules().name() + ": " + one.source() + ": " + e.getMessage());
            }
        }
        return problems;
    }

    /** Puts it in use; keys of issuers that are gone are not read any more. */
    public void use(Prepared prepared) {
        Map<String, Entry> before = current;
        current = Map.copyOf(prepared.entries);
        List<JwksFeed> kept = prepared.entries.values().stream()
                .map(entry -> entry.issuer().feed())
                .toList();
        before.values().stream()
                .map(entry -> entry.issuer().feed())
                .filter(feed -> !kept.contains(feed))
                .forEach(JwksFeed::close);
    }

    /** Reads keys whose time it is; once a second is often enough. */
    public void tick(long nowMillis) {
        current.values().forEach(entry -> entry.issuer().feed().tick(nowMillis));
    }

    /** How the issuers are, by name. */
    public List<Status> statuses() {
        return current.values().stream()
                .map(entry -> {
                    JwksState state = entry.issuer().feed().state();
                    return new Status(
                            entry.issuer().name(),
                            entry.issuer().rules().issuer(),
                            entry.issuer().feed().source(),
                            state.keys().words(),
                            state.keys().leftOut(),
                            state.readMillis(),
                            state.problem());
                })
                .sorted(Comparator.comparing(Status::name))
                .toList();
    }

    @Override
    public void close() {
        current.values().forEach(entry -> entry.issuer().feed().close());
        current = Map.of();
    }
}
