package io.bridgehead.compile;

import io.bridgehead.match.HostTable;
import io.bridgehead.match.Hosts;
import io.bridgehead.match.MatchTable;
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
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says where a port that Gateways describe leads, by the tables that the data path asks. */
final class ExplainPort {
    private static final int PASSED_OVER_MAX = 20;

    private ExplainPort() {}

    /** What was found. */
    sealed interface Found {
        /** It goes to a service. */
        record To(ServiceRoute service, String matched, List<String> passedOver) implements Found {}

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
                    : places("the route of " + question.listener(), List.of(), backends, "closed by this node at once");
        }
        ListenerRoutes listener = port.listeners().find(host);
        if (listener == null) {
            return ends("no listener of port " + port.port() + " has host '" + host + "'", 404);
        }
        HostTable<MatchTable<RouteRule>> hosts = listener.hosts();
        MatchTable<RouteRule> rules = hosts.find(host);
        return rules == null ? new Found.Unclaimed(listener.shown()) : byRule(port, listener, rules, question, host);
    }

    private static Found ends(String why, int status) {
        return new Found.Ends(why, List.of(), "answered " + status + " by this node");
    }

    private static Found byRule(
            PortRoutes port, ListenerRoutes listener, MatchTable<RouteRule> rules, Question question, String host) {
        RequestHead head = new RequestHead(
                Objects.requireNonNull(question.method()), "http", question.host(), question.path(), question.fields());
        RouteRule rule = rules.find(head);
        if (rule == null) {
            return ends(listener.shown() + ": no rule of the routes with host '" + host + "' fits", 404);
        }
        List<String> passedOver = passedOver(rules, head, rule);
        String matched = listener.shown() + ": " + rule.shown();
        if (rule.refusal() != null) {
            return new Found.Ends(matched, passedOver, "answered 500 by this node: " + rule.refusal());
        }
        Redirection redirect = rule.edits().redirect();
        if (redirect != null) {
            return new Found.Ends(
                    matched,
                    passedOver,
                    "answered " + redirect.status() + " by this node, to " + redirect.location(head, port.port()));
        }
        return places(matched, passedOver, rule.backends(), "answered 500 by this node");
    }

    /** Other rules that fit as well. */
    @SuppressWarnings("ReferenceEquality") // a rule of several matches is one object
    private static List<String> passedOver(MatchTable<RouteRule> rules, RequestHead head, RouteRule taken) {
        List<String> passedOver = new ArrayList<>();
        for (MatchTable.Entry<RouteRule> entry : rules.entries()) {
            String shown = entry.value().shown() + " fits too, and comes after it";
            if (entry.value() != taken
                    && !entry.value().shown().equals(taken.shown())
                    && passedOver.size() < PASSED_OVER_MAX
                    && !passedOver.contains(shown)
                    && MatchTable.of(List.of(entry)).find(head) != null) {
                passedOver.add(shown);
            }
        }
        return passedOver;
    }

    /** Which places share it; what is said further is about the one with the greatest weight. */
    private static Found places(String matched, List<String> passedOver, Backends backends, String nowhere) {
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
        return greatest == null ? new Found.Ends(text, passedOver, nowhere) : new Found.To(greatest, text, passedOver);
    }

    private static String share(Backend backend, long sum) {
        return sum == 0 ? "0%" : String.format(Locale.ROOT, "%.0f%%", backend.weight() * 100.0 / sum);
    }
}
