package io.bridgehead.telemetry;

import io.bridgehead.failover.SiteShare;
import io.bridgehead.failover.SiteWeights;
import io.bridgehead.failover.Why;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.upstream.UpstreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens to services' endpoints and sites, and tells somebody else of it. Each counter is looked up by its labels once and then
 * kept; at most {@value #SERIES_MAX} are made, and what would be more is counted under {@code overflow}. Any thread.
 */
public final class UpstreamMeters implements UpstreamObserver {
    static final int SERIES_MAX = 5_000;

    private static final String OVERFLOW = "overflow";

    private final MeterRegistry registry;
    private final UpstreamObserver next;
    private final ConcurrentHashMap<Key, Counter> counters = new ConcurrentHashMap<>();

    /** What is counted; the site and the word are empty where the meter has no such label. */
    private record Key(Signal signal, String service, String site, String word) {}

    /** @param next who is told as well, after it was counted */
    public UpstreamMeters(Telemetry telemetry, UpstreamObserver next) {
        this.registry = telemetry.registry();
        this.next = next;
    }

    private void count(Signal signal, ServiceName service, String site, String word) {
        Key key = new Key(signal, service.value(), site, word);
        Counter counter = counters.get(key);
        if (counter == null) {
            Key bounded = counters.size() < SERIES_MAX
                    ? key
                    : new Key(signal, OVERFLOW, site.isEmpty() ? "" : OVERFLOW, word);
            counter = counters.computeIfAbsent(bounded, this::make);
        }
        counter.increment();
    }

    private Counter make(Key key) {
        Tags tags = Tags.of(Tag.SERVICE, key.service);
        for (String tag : key.signal.tags()) {
            tags = switch (tag) {
                case Tag.DESTINATION_SITE -> tags.and(tag, key.site);
                case Tag.STATE, Tag.OUTCOME -> tags.and(tag, key.word);
                default -> tags;
            };
        }
        return key.signal.counter().tags(tags).register(registry);
    }

    /** The word of a site's part in serving a service, as labels have it. */
    static String word(Why why) {
        return why.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    @Override
    public void connectFailed(ServiceName service, Endpoint endpoint, String detail) {
        count(Signal.CONNECTS_FAILED, service, "", "");
        next.connectFailed(service, endpoint, detail);
    }

    @Override
    public void endpointBecameUnfit(ServiceName service, Endpoint endpoint, String reason) {
        count(Signal.ENDPOINT_CHANGES, service, "", "unfit");
        next.endpointBecameUnfit(service, endpoint, reason);
    }

    @Override
    public void endpointBecameFit(ServiceName service, Endpoint endpoint) {
        count(Signal.ENDPOINT_CHANGES, service, "", "fit");
        next.endpointBecameFit(service, endpoint);
    }

    @Override
    public void probed(ServiceName service, Endpoint endpoint, boolean passed) {
        count(Signal.PROBES, service, "", passed ? "passed" : "failed");
        next.probed(service, endpoint, passed);
    }

    @Override
    public void ejected(ServiceName service, Endpoint endpoint, String reason) {
        count(Signal.EJECTIONS, service, "", "");
        next.ejected(service, endpoint, reason);
    }

    @Override
    public void panicChanged(ServiceName service, boolean panic) {
        next.panicChanged(service, panic);
    }

    @Override
    public void poolFull(ServiceName service, Endpoint endpoint) {
        count(Signal.POOL_FULL, service, "", "");
        next.poolFull(service, endpoint);
    }

    @Override
    public void weightsChanged(ServiceName service, @Nullable SiteWeights before, SiteWeights after, String reason) {
        if (before != null) {
            for (SiteShare now : after.shares()) {
                SiteShare was = before.of(now.site());
                if (was != null && was.why() != now.why()) {
                    count(Signal.FAILOVER_CHANGES, service, now.site().value(), word(now.why()));
                }
            }
        }
        next.weightsChanged(service, before, after, reason);
    }

    @Override
    public void siteFlaps(ServiceName service, SiteName site) {
        next.siteFlaps(service, site);
    }
}
