package io.bridgehead.proxy;

import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.ExternalCheck;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/** Requests that another service is asked about: who is asked, and the parts of answers. */
final class CheckRig {
    static final HeaderName X_USER = HeaderName.of("x-user");

    private CheckRig() {}

    static ExternalCheck check(boolean allowOnFailure) {
        return new ExternalCheck(
                new ServiceName("authz"),
                "/check",
                Duration.ofMillis(200),
                allowOnFailure,
                List.of(HeaderName.of("cookie"), HeaderName.of("authorization")),
                List.of(X_USER),
                List.of(HeaderName.of("location")));
    }

    static ServiceRoute authz() {
        return ServiceRoute.http("authz", List.of(), new LinkedHashMap<>(), Authorizer.everySite(Rig.DOMAIN));
    }

    static ServiceRoute guarded(ServiceRoute service, boolean allowOnFailure) {
        return service.withAllow(service.allow().asking(check(allowOnFailure)));
    }

    static Rig rig(boolean allowOnFailure, ServiceRoute authz) {
        return new Rig(RoutingTable.of("7", List.of(guarded(Rig.orders(), allowOnFailure), authz)));
    }

    static CheckRecord check(Rig rig) {
        return Objects.requireNonNull(rig.record().check());
    }

    static ResponseHead answer(int status, String... fields) {
        return new ResponseHead(status, Rig.head("", fields).fields());
    }
}
