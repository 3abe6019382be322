package io.bridgehead.compile;

import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.ServiceRoute;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes that were made of documents, so that a document that is the same object as before gets the same route object: who takes a table
 * into use tells by that what has not changed. Each service is remembered with its last document; when there are too many all are forgotten.
 *
 * <p><b>Threads</b>: any.
 */
public final class RouteMemory {
    static final int SERVICES_MAX = 40_000;

    private final ConcurrentMap<ServiceName, Made> services = new ConcurrentHashMap<>();

    private record Made(ServiceDocument document, TrafficSpec policies, ServiceRoute route) {}

    /** What was made of this very document; null when it is not known. */
    @SuppressWarnings("ReferenceEquality")
    @Nullable
    ServiceRoute recall(ServiceDocument document) {
        Made made = services.get(document.name());
        return made != null && made.document == document ? made.route : null;
    }

    /** What was made of this very document and what policies say of it; null when it is not known. */
    @Nullable
    ServiceRoute recall(ServiceDocument document, TrafficSpec policies) {
        Made made = services.get(document.name());
        return made != null && made.policies.equals(policies) ? recall(document) : null;
    }

    void remember(ServiceDocument document, TrafficSpec policies, ServiceRoute route) {
        if (services.size() >= SERVICES_MAX) {
            services.clear();
        }
        services.put(document.name(), new Made(document, policies, route));
    }
}
