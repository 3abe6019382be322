package io.bridgehead.upstream;

import io.bridgehead.failover.SiteWeights;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what an observer was told, as lines. */
final class Events implements UpstreamObserver {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    List<String> lines() {
        return lines;
    }

    boolean has(String prefix) {
        return lines.stream().anyMatch(line -> line.startsWith(prefix));
    }

    @Override
    public void connectFailed(ServiceName service, Endpoint endpoint, String detail) {
        lines.add("connect failed " + endpoint + ": " + detail);
    }

    @Override
    public void endpointBecameUnfit(ServiceName service, Endpoint endpoint, String reason) {
        lines.add("unfit " + endpoint + ": " + reason);
    }

    @Override
    public void endpointBecameFit(ServiceName service, Endpoint endpoint) {
        lines.add("fit " + endpoint);
    }

    @Override
    public void poolFull(ServiceName service, Endpoint endpoint) {
        lines.add("full " + endpoint);
    }

    @Override
    public void weightsChanged(ServiceName service, @Nullable SiteWeights before, SiteWeights after, String reason) {
        lines.add("weights " + service + ": " + reason);
    }
}
