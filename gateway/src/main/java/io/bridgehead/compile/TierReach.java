package io.bridgehead.compile;

import io.bridgehead.config.Document;
import io.bridgehead.config.ManifestDocument;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec.Failover;
import io.bridgehead.config.TrafficPolicyDocument;
import io.bridgehead.config.manifest.EndpointSlice;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds entries of a TrafficPolicy's failover order that are never reached. They do no harm, and a policy may be there before its services
 * are, so only who asks is told; in a Service document the same is refused.
 */
public final class TierReach {

    private final TrafficPolicies policies;
    private final List<Document> documents;

    private TierReach(List<Document> documents) {
        this.policies = TrafficPolicies.of(documents);
        this.documents = documents;
    }

    /** Each entry behind one that means all that it means, and each site where no service has endpoints that goes by the policy's order. */
    public static List<Problem> problems(List<Document> documents) {
        TierReach reach = new TierReach(documents);
        List<Problem> problems = new ArrayList<>();
        for (Document document : documents) {
            Failover failover = document instanceof TrafficPolicyDocument policy
                    ? policy.spec().failover()
                    : null;
            if (failover != null) {
                reach.judge(document, failover, problems);
            }
        }
        return List.copyOf(problems);
    }

    private void judge(Document policy, Failover failover, List<Problem> problems) {
        List<String> order = failover.order();
        Set<String> sites = sites(failover);
        for (int i = 0; i < order.size(); i++) {
            String entry = order.get(i);
            String covering = Failover.covering(order, i);
            if (covering != null) {
                add(
                        problems,
                        policy,
                        i,
                        "'" + entry + "', which is never reached",
                        "nothing behind '" + covering + "' that it means as well");
            } else if (!sites.isEmpty() && !Failover.WORDS.contains(entry) && !sites.contains(entry)) {
                add(
                        problems,
                        policy,
                        i,
                        "'" + entry + "', which is never reached",
                        "a site where a service that goes by this order has endpoints: "
                                + sites.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private static void add(List<Problem> problems, Document policy, int place, String found, String expected) {
        String path = "spec.failover.order[%d]".formatted(place);
        problems.add(Problem.at(policy.source().place(path), path, found, expected, null));
    }

    /** Where the services have endpoints that go by an order; empty when there is none such. Slices may belong to any. */
    private Set<String> sites(Failover failover) {
        Set<String> sites = new HashSet<>();
        Set<String> ofSlices = new HashSet<>();
        for (Document document : documents) {
            switch (document) {
                case ServiceDocument service -> {
                    if (failover.equals(policies.of(service).failover())) {
                        service.spec().sites().keySet().forEach(site -> sites.add(site.value()));
                    }
                }
                case ManifestDocument(EndpointSlice slice, var _) -> {
                    SiteName site = slice.site();
                    if (site != null) {
                        ofSlices.add(site.value());
                    }
                }
                default -> {}
            }
        }
        if (!sites.isEmpty()) {
            sites.addAll(ofSlices);
        }
        return sites;
    }
}
