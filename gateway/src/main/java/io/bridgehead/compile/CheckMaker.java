package io.bridgehead.compile;

import io.bridgehead.config.ExternalCheckSpec;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.ExternalCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes of documents who else is asked about requests. */
final class CheckMaker {
    private static final String PATH = "spec.externalAuthorization.service";

    private CheckMaker() {}

    /** By the service that is guarded. A checker that is not there, or takes no requests, is noted: its answers are missing until it is. */
    static Map<ServiceName, ExternalCheck> of(List<ServiceDocument> services, Problems notes) {
        Map<String, ServiceDocument> byName = services.stream()
                .collect(Collectors.toMap(service -> service.name().value(), service -> service, (first, _) -> first));
        Map<ServiceName, ExternalCheck> checks = new HashMap<>();
        for (ServiceDocument service : services) {
            ExternalCheckSpec spec = service.spec().externalAuthorization();
            if (spec != null) {
                checks.put(service.name(), check(spec));
                ServiceDocument checker = byName.get(spec.service());
                if (checker == null || checker.spec().protocol().isBytes()) {
                    note(service, spec, byName, notes);
                }
            }
        }
        return checks;
    }

    private static void note(
            ServiceDocument service, ExternalCheckSpec spec, Map<String, ServiceDocument> byName, Problems notes) {
        String near = Suggestion.question(spec.service(), byName.keySet());
        notes.add(Problem.at(
                service.source().place(PATH),
                PATH,
                "'" + spec.service() + "'",
                "a Service of the fabric that takes requests",
                near == null || byName.containsKey(spec.service())
                        ? "every check fails, and requests of " + service.name()
                                + (spec.allowOnFailure() ? " pass" : " are refused")
                        : near));
    }

    private static ExternalCheck check(ExternalCheckSpec spec) {
        return new ExternalCheck(
                new ServiceName(spec.service()),
                spec.pathPrefix(),
                spec.timeout(),
                spec.allowOnFailure(),
                names(spec.headers().send()),
                names(spec.headers().toRequest()),
                names(spec.headers().toAnswer()));
    }

    private static List<HeaderName> names(List<String> names) {
        return names.stream().map(HeaderName::of).toList();
    }
}
