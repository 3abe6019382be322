package io.bridgehead.compile;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request and why, as data and as text.
 *
 * @param revision of the documents in force
 * @param request what was asked about
 * @param caller who sends it, and how that is known
 * @param service where it leads, or null when nowhere
 * @param matched by what it leads there, or why nowhere
 * @param passedOver what would have fitted too, and why it lost
 * @param policies what holds for it beside who may call: times, retries, sessions, and which TrafficPolicy says so
 * @param allowed whether policy lets it through; null when no service matched
 * @param policy the rule that decided
 * @param orders of operators that bear on the service: what, until when, why and who
 * @param sites every site of the failover order, first tier first
 * @param endpoints of this node's own site
 * @param outcome what becomes of it, in one sentence
 */
public record Explanation(
        String revision,
        String request,
        String caller,
        @Nullable ServiceName service,
        String matched,
        List<String> passedOver,
        List<String> policies,
        @Nullable Boolean allowed,
        String policy,
        List<String> orders,
        List<SiteLine> sites,
        List<EndpointLine> endpoints,
        String outcome) {
    public Explanation {
        passedOver = List.copyOf(passedOver);
        policies = List.copyOf(policies);
        orders = List.copyOf(orders);
        sites = List.copyOf(sites);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * One site's part.
     *
     * @param tier from 1
     * @param word of the tier, such as {@code sameRegion}; empty for a site that is named
     * @param weight share of new requests, 0 to 1
     */
    public record SiteLine(SiteName site, int tier, String word, double weight, String reason) {}

    /** One endpoint of the node's own site and how it is. */
    public record EndpointLine(Endpoint endpoint, String state) {}

    /** For people: a word and what it is, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        add(lines, "request", List.of(request));
        add(lines, "caller", List.of(caller));
        add(lines, "revision", List.of(revision));
        add(lines, "matched", List.of(matched));
        add(lines, "passed", passedOver);
        add(lines, "policy", policy.isEmpty() ? List.of() : List.of(policy));
        add(lines, "applies", policies);
        add(lines, "orders", orders);
        add(lines, "sites", sites.stream().map(Explanation::shown).toList());
        add(
                lines,
                "endpoints",
                endpoints.stream()
                        .map(e -> e.endpoint() + " (" + e.state() + ")")
                        .toList());
        add(lines, "outcome", List.of(outcome));
        return lines;
    }

    private static String shown(SiteLine site) {
        return String.format(Locale.ROOT, "%3.0f%% %s", site.weight() * 100, site.reason());
    }

    private static void add(List<String> lines, String word, List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            lines.add(String.format(Locale.ROOT, "%-10s %s", i == 0 ? word : "", texts.get(i)));
        }
    }
}
