package io.bridgehead.upstream;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.ServiceRoute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** The sites and services of these tests. */
final class Sites {
    static final SiteName AWS = new SiteName("aws-use1");
    static final SiteName AZURE = new SiteName("azure-weu");
    static final SiteName GCP = new SiteName("gcp-euw4");
    static final Authorizer OPEN = Authorizer.everySite(new TrustDomain("corp.example"));

    private Sites() {}

    /** An HTTP service {@code shop} with these endpoints at AWS, and one each at the other sites given. */
    static ServiceRoute shop(List<Endpoint> aws, SiteName... others) {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        endpoints.put(AWS, aws);
        for (SiteName other : others) {
            endpoints.put(other, List.of(Endpoint.parse("192.0.2.7:80")));
        }
        return ServiceRoute.http("shop", List.of("shop.example"), endpoints, OPEN);
    }
}
