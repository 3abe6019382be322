package io.bridgehead.compile.gateway;

import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Authorizer;
import java.util.Map;

/** Who may call Kubernetes Services, which say nothing of it themselves. */
public interface BackendCallers {
    /**
     * Who may call one.
     *
     * @param labels the Service's
     */
    Authorizer of(ServiceName name, Map<String, String> labels);
}
