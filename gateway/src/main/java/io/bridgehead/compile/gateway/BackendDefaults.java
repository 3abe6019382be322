package io.bridgehead.compile.gateway;

import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.ServiceProtocol;
import java.util.Map;

/** How backends are kept answering that manifests describe: these say nothing of it themselves. */
public interface BackendDefaults {
    /** What is built in, for all of them. */
    BackendDefaults BUILT_IN = (name, labels, protocol, builtIn) -> builtIn;

    /**
     * What a backend gets.
     *
     * @param labels of the Kubernetes Service
     * @param builtIn for what nobody says
     */
    Resilience of(ServiceName name, Map<String, String> labels, ServiceProtocol protocol, Resilience builtIn);
}
