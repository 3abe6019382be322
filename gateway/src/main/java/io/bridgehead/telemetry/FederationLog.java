package io.bridgehead.telemetry;

import io.bridgehead.identity.federation.FederationObserver;
import io.bridgehead.model.TrustDomain;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log what becomes of bundles of other trust domains, counts it, and knows how old each is. */
public final class FederationLog implements FederationObserver {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    private final Repeats repeats;
    private final Map<TrustDomain, AtomicLong> taken = new ConcurrentHashMap<>();

    /** Counts in the telemetry's registry. */
    public FederationLog(Telemetry telemetry, LongSupplier nanoTime) {
        this.registry = telemetry.registry();
        this.nanoTime = nanoTime;
        this.repeats = new Repeats(nanoTime);
    }

    @Override
    public void bundleTaken(TrustDomain trustDomain, String source, boolean changed, int authorities) {
        taken.computeIfAbsent(trustDomain, this::age).set(nanoTime.getAsLong());
        count(trustDomain, changed ? "changed" : "unchanged");
        if (changed && authorities == 0) {
            LOG.atWarn()
                    .addKeyValue("trust_domain", trustDomain)
                    .log("the bundle of {} from {} has no authorities: nobody of it is trusted", trustDomain, source);
        } else if (changed) {
            LOG.atInfo()
                    .addKeyValue("trust_domain", trustDomain)
                    .log("bundle of {} taken from {}: {} authorities", trustDomain, source, authorities);
        }
    }

    @Override
    public void bundleRefused(TrustDomain trustDomain, String source, String detail) {
        count(trustDomain, "refused");
        long held = repeats.passes("bundle", trustDomain.value(), detail);
        if (held >= 0) {
            LOG.atWarn()
                    .addKeyValue("trust_domain", trustDomain)
                    .addKeyValue("repeated", held)
                    .log("no new bundle of {}: {}", trustDomain, detail);
        }
    }

    @Override
    public void authorityNotPublished(String authority, String algorithm) {
        LOG.atWarn()
                .log(
                        "the authority '{}' is not in the bundle that this node publishes: found a key of {}; expected EC"
                                + " (P-256, P-384, P-521) or RSA",
                        authority,
                        algorithm);
    }

    private AtomicLong age(TrustDomain trustDomain) {
        AtomicLong last = new AtomicLong(nanoTime.getAsLong());
        Gauge.builder(Signal.BUNDLE_AGE.meter(), () -> (nanoTime.getAsLong() - last.get()) / NANOS_PER_SECOND)
                .description(Signal.BUNDLE_AGE.meaning())
                .baseUnit("seconds")
                .tag(Tag.TRUST_DOMAIN, trustDomain.value())
                .register(registry);
        return last;
    }

    private void count(TrustDomain trustDomain, String outcome) {
        Signal.BUNDLES
                .counter()
                .tag(Tag.TRUST_DOMAIN, trustDomain.value())
                .tag(Tag.OUTCOME, outcome)
                .register(registry)
                .increment();
    }
}
