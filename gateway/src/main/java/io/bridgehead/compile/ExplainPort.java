package io.bridgehead.compile;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.match.Hosts;
import io.bridgehead.match.MatchTable;
import io.bridgehead.match.Precedence;
import io.bridgehead.match.RequestMatch;
import io.bridgehead.model.RequestHead;
import io.bridgehead.policy.Redirection;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Says where a port that Gateways describe leads, by the tables that the data path asks. */
final class ExplainPort {
    private static final int PASSED_OVER_MAX = 20;

    private ExplainPort() {}

    /** What was found. */
    sealed interface Found {
        /** It goes to a service. */
        record To(ServiceRoute service, @Nullable RouteRule rule, String matched, List<String> passedOver)
                implements Found {}

        /** It ends at this node: why, and with what. */
        record Ends(String why, List<String> passedOver, String outcome) implements Found {}

        /** No route has the host; the services of the fabric may. */
        record Unclaimed(String listener) implements Found {}
    }

    static Found of(PortRoutes port, Question question) {
        String host = Hosts.normalise(question.host());
        if (question.method() == null) {
            Backends named = host.isEmpty() ? null : port.serverNames().find(host);
            Backends backends = named == null ? port.connections() : named;
            return backends == null
                    ? new Found.Ends("no route takes it", List.of(), "closed by this node at once")
                    : places(
                            null,
                            "the route of " + question.listener(),
                            List.of(),
                            backends,
                            "closed by this node at once");
        }
        ListenerRoutes listener = port.listeners().find(host);
        if (listener == null) {
            return ends("no listener of port " + port.port() + " has host '" + host + "'", List.of(), 404);
        }
        HostTable<MatchTable<RouteRule>> hosts = listener.hosts();
        MatchTable<RouteRule> rules = hosts.find(host);
        return rules == null ? new Found.Unclaimed(listener.shown()) : byRule(port, listener, rules, question, host);
    }

    private static Found ends(String why, List<String> passedOver, int status) {
        return new Found.Ends(why, passedOver, "answered " + status + " by this node");
    }

    private static Found byRule(
            PortRoutes port, ListenerRoutes listener, MatchTable<RouteRule> rules, Question question, String host) {
        RequestHead asked = new RequestHead(
                Objects.requireNonNull(question.method()), "http", question.host(), question.path(), question.fields());
        RequestHead head = ListenerRoutes.deciding(rules, asked);
        RouteRule rule = rules.find(head);
        List<String> passedOver = new ArrayList<>(lessExact(port, listener, host));
        if (rule == null) {
            others(rules, head, null, passedOver);
            return ends(listener.shown() + ": no rule of the routes with host '" + host + "' fits", passedOver, 404);
        }
        others(rules, head, rule, passedOver);
        String matched = listener.shown() + ": " + rule.shown();
        if (rule.refusal() != null) {
            return new Found.Ends(matched, passedOver, "answered 500 by this node: " + rule.refusal());
        }
        if (rule.cors() != null && rule.cors().preflight(asked) != null) {
            return new Found.Ends(matched, passedOver, "answered 200 by this node: a browser asks beforehand");
        }
        Redirection redirect = rule.edits().redirect();
        if (redirect != null) {
            return new Found.Ends(
                    matched,
                    passedOver,
                    "answered " + redirect.status() + " by this node, to " + redirect.location(head, port.port()));
        }
        return places(rule, matched, passedOver, rule.backends(), "answered 500 by this node");
    }

    /** Listeners of the port, and hosts of the listener's routes, that fit and are less exact. */
    private static List<String> lessExact(PortRoutes port, ListenerRoutes listener, String host) {
        List<String> lines = new ArrayList<>();
        List<HostPattern> listeners = port.listeners().fitting(host);
        for (HostPattern other : listeners.subList(1, listeners.size())) {
            ListenerRoutes its = Objects.requireNonNull(port.listeners().of(other));
            lines.add(its.shown() + " fits too, but " + listeners.getFirst() + " is more exact than " + other);
        }
        List<HostPattern> hosts = listener.hosts().fitting(host);
        for (HostPattern other : hosts.subList(1, hosts.size())) {
            lines.add("routes with host " + other + " fit too, but " + hosts.getFirst() + " is more exact");
        }
        return lines;
    }

    /** Other rules with the host: those that fit and come after, with the first criterion that decided; then those that do not fit. */
    @SuppressWarnings("ReferenceEquality") // a rule of several matches is one object
    private static void others(
            MatchTable<RouteRule> rules, RequestHead head, @Nullable RouteRule taken, List<String> lines) {
        SequencedMap<String, MatchTable.Entry<RouteRule>> fitting = new LinkedHashMap<>();
        SequencedMap<String, String> misfits = new LinkedHashMap<>();
        RequestMatch best = null;
        for (MatchTable.Entry<RouteRule> entry : rules.entries()) {
            String missing = Precedence.missing(entry.match(), head);
            if (missing != null) {
                misfits.putIfAbsent(entry.value().shown(), missing);
            } else if (entry.value() == taken) {
                best = best == null || Precedence.ORDER.compare(entry.match(), best) < 0 ? entry.match() : best;
            } else {
                fitting.merge(
                        entry.value().shown(),
                        entry,
                        (one, other) -> Precedence.ORDER.compare(other.match(), one.match()) < 0 ? other : one);
            }
        }
        for (MatchTable.Entry<RouteRule> entry : fitting.values()) {
            if (taken != null && best != null && lines.size() < PASSED_OVER_MAX) {
                lines.add(entry.value().shown() + " fits too, and comes after it: " + why(best, taken, entry));
            }
        }
        misfits.forEach((shown, missing) -> {
            boolean other = !fitting.containsKey(shown)
                    && (taken == null || !taken.shown().equals(shown));
            // what is asked of another path is of no interest where some rule fits
            if (other && lines.size() < PASSED_OVER_MAX && (taken == null || !missing.startsWith("its path"))) {
                lines.add(shown + " does not fit: " + missing);
            }
        });
    }

    private static String why(RequestMatch best, RouteRule taken, MatchTable.Entry<RouteRule> other) {
        String criterion = Precedence.between(best, other.match());
        if (criterion != null) {
            return criterion;
        }
        return route(taken).equals(route(other.value()))
                ? "it stands later in the same route"
                : "their matches are alike, and its route has a wider host, is younger, or later by namespace and name";
    }

    private static String route(RouteRule rule) {
        int end = rule.shown().indexOf(" rule ");
        return end < 0 ? rule.shown() : rule.shown().substring(0, end);
    }

    /** Which places share it; what is said further is about the one with the greatest weight. */
    private static Found places(
            @Nullable RouteRule rule, String matched, List<String> passedOver, Backends backends, String nowhere) {
        long sum = backends.all().stream().mapToLong(Backend::weight).sum();
        List<String> shares = backends.all().stream()
                .map(backend ->
                        share(backend, sum) + " " + backend.shown() + (backend.service() == null ? " (not there)" : ""))
                .toList();
        @Nullable
        ServiceRoute greatest = backends.all().stream()
                .filter(backend -> backend.service() != null && backend.weight() > 0)
                .max(Comparator.comparingInt(Backend::weight))
                .map(Backend::service)
                .orElse(null);
        String text = matched + (shares.isEmpty() ? ", which names no backend" : ", " + String.join(", ", shares));
        return greatest == null
                ? new Found.Ends(text, passedOver, nowhere)
                : new Found.To(greatest, rule, text, passedOver);
    }

    private static String share(Backend backend, long sum) {
        return sum == 0 ? "0%" : String.format(Locale.ROOT, "%.0f%%", backend.weight() * 100.0 / sum);
    }
}
