package io.bridgehead.compile;

import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.Document;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.AccessPolicy;
import io.bridgehead.routing.ServiceRoute;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes that were made of documents, so that a document that is the same object as before gets the same route object: who takes a table
 * into use tells by that what has not changed. Each service is remembered with its last document; when there are too many all are forgotten.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RouteMemory {
    static final int SERVICES_MAX = 40_000;

    private final ConcurrentMap<ServiceName, Made> services = new ConcurrentHashMap<>();
    private volatile @Nullable Whole last;

    private record Made(ServiceDocument document, RouteTerms terms, ServiceRoute route) {}

    private final ConcurrentMap<String, Policy> policies = new ConcurrentHashMap<>();

    private record Policy(AuthorizationDocument document, AccessPolicy made) {}

    /** What was made of this very policy, or is made now. */
    @SuppressWarnings("ReferenceEquality")
    AccessPolicy policy(AuthorizationDocument document, Function<AuthorizationDocument, AccessPolicy> maker) {
        Policy known = policies.get(document.name());
        if (known != null && known.document == document) {
            return known.made;
        }
        if (policies.size() >= SERVICES_MAX) {
            policies.clear();
        }
        AccessPolicy made = maker.apply(document);
        policies.put(document.name(), new Policy(document, made));
        return made;
    }

    /** What came of documents that were compiled together. */
    record Whole(CompileContext context, List<Document> documents, CompileResult.Compiled result) {}

    /** What was compiled last, if it was for this node; null when nothing was. */
    @Nullable
    Whole last(CompileContext context) {
        Whole whole = last;
        return whole != null && whole.context.equals(context) ? whole : null;
    }

    /**
     * What came of these very documents for this node the last time; null when others were compiled since. So what was judged when it was
     * proposed is not compiled again when it is committed.
     */
    CompileResult.@Nullable Compiled recall(CompileContext context, List<Document> documents) {
        Whole whole = last(context);
        return whole != null && areSame(whole.documents, documents) ? whole.result : null;
    }

    void remember(CompileContext context, List<Document> documents, CompileResult.Compiled result) {
        last = new Whole(context, List.copyOf(documents), result);
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean areSame(List<Document> a, List<Document> b) {
        boolean same = a.size() == b.size();
        for (int i = 0; same && i < a.size(); i++) {
            same = a.get(i) == b.get(i);
        }
        return same;
    }

    /** What was made of this very document; null when it is not known. */
    @SuppressWarnings("ReferenceEquality")
    @Nullable
    ServiceRoute recall(ServiceDocument document) {
        Made made = services.get(document.name());
        return made != null && made.document == document ? made.route : null;
    }

    /** What was made of this very document under these terms; null when it is not known. */
    @Nullable
    ServiceRoute recall(ServiceDocument document, RouteTerms terms) {
        Made made = services.get(document.name());
        return made != null && made.terms.equals(terms) ? recall(document) : null;
    }

    void remember(ServiceDocument document, RouteTerms terms, ServiceRoute route) {
        if (services.size() >= SERVICES_MAX) {
            services.clear();
        }
        services.put(document.name(), new Made(document, terms, route));
    }
}
