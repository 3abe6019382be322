package io.bridgehead.compile;

import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.routing.Mirror;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what holds for a request once its place is known: of the rule, of the service, of TrafficPolicies. */
final class ExplainPolicies {
    private ExplainPolicies() {}

    /** A line for each, the rule's first since it stands before the others; {@code rule} is null where a host alone decided. */
    static List<String> of(RoutingTable table, ServiceRoute service, @Nullable RouteRule rule) {
        List<String> lines = new ArrayList<>();
        if (rule != null) {
            ofRule(rule).forEach(line -> lines.add("rule: " + line));
        }
        ServiceName name = service.name();
        if (!service.protocol().isDatagrams()) {
            lines.add("service " + name + ": " + times(service));
        }
        ExternalCheck check = service.allow().check();
        if (check != null) {
            lines.add("service " + name + ": " + check.shown());
        }
        service.resilience().rates().stream()
                .map(limit -> "limit " + limit.name() + " of service " + name + ": " + limit.shown()
                        + limit.match().shown())
                .forEach(lines::add);
        table.policies().getOrDefault(name, List.of()).forEach(line -> lines.add(line + " of service " + name));
        return lines;
    }

    private static String times(ServiceRoute service) {
        Timeouts timeouts = service.resilience().timeouts();
        int attempts = service.resilience().retry().attemptsMax();
        return (attempts == 1 ? "1 attempt" : "at most " + attempts + " attempts") + " of " + shown(timeouts.perTry())
                + (timeouts.request().isZero() ? "" : " within " + shown(timeouts.request()));
    }

    private static List<String> ofRule(RouteRule rule) {
        List<String> lines = new ArrayList<>();
        add(lines, "the whole answer within ", rule.timeouts().request());
        add(lines, "each attempt within ", rule.timeouts().backendRequest());
        RouteRule.RuleRetry retry = rule.retry();
        if (retry != null) {
            Integer attempts = retry.attempts();
            lines.add("tried again after " + retry.codes()
                    + (attempts == null ? "" : ", " + attempts + " times at most"));
        }
        RouteRule.Persistence session = rule.persistence();
        if (session != null) {
            lines.add("sessions by " + (session.cookie() ? "cookie " : "header field ") + session.name());
        }
        if (rule.cors() != null) {
            lines.add("calls from other origins as its CORS filter says");
        }
        if (!rule.edits().request().isEmpty() || rule.edits().rewrite() != null) {
            lines.add("the request is changed on the way");
        }
        if (!rule.edits().response().isEmpty()) {
            lines.add("the answer is changed on the way");
        }
        List<Mirror> mirrors = rule.edits().mirrors();
        if (!mirrors.isEmpty()) {
            lines.add(mirrors.stream()
                    .map(one -> one.numerator() + " of " + one.denominator() + " to "
                            + one.service().name())
                    .collect(Collectors.joining(", ", "mirrored: ", "")));
        }
        return lines;
    }

    private static void add(List<String> lines, String what, @Nullable Duration time) {
        if (time != null) {
            lines.add(time.isZero() ? what + "any time" : what + shown(time));
        }
    }

    private static String shown(Duration time) {
        long millis = time.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
