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
import org.jspecify.annotations.Nullable;

/** Makes of documents who else is asked about requests. */
final class CheckMaker {
    private static final String PATH = "spec.externalAuthorization.service";

    private CheckMaker() {}

    /** Who is asked; null for nobody. */
    static @Nullable ExternalCheck of(@Nullable ExternalCheckSpec spec) {
        return spec == null
                ? null
                : new ExternalCheck(
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

    /** Notes checkers that are not there or take no requests: their answers are missing until they are, whoever publishes them. */
    static void noteMissing(List<ServiceDocument> services, Problems notes) {
        Map<String, ServiceDocument> byName = null;
        for (ServiceDocument service : services) {
            ExternalCheckSpec spec = service.spec().externalAuthorization();
            if (spec == null) {
                continue;
            }
            if (byName == null) {
                byName = byName(services);
            }
            ServiceDocument checker = byName.get(spec.service());
            if (checker == null || checker.spec().protocol().isBytes()) {
                note(service, spec, byName, notes);
            }
        }
    }

    private static Map<String, ServiceDocument> byName(List<ServiceDocument> services) {
        Map<String, ServiceDocument> byName = new HashMap<>();
        services.forEach(service -> byName.put(service.name().value(), service));
        return byName;
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
}
