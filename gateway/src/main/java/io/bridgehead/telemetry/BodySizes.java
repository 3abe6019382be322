package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * The histograms of the bodies of requests and of their answers, for one set of labels. What has no body is not recorded, and a histogram is made
 * when it is needed first: most requests have no body, and a series that stays empty costs each scrape. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class BodySizes {
    private static final int SWITCHES_PROTOCOL = 101;

    private final MeterRegistry registry;
    private final Signal ofRequests;
    private final Signal ofAnswers;
    private final Tags tags;
    private volatile @Nullable DistributionSummary requests;
    private volatile @Nullable DistributionSummary answers;

    BodySizes(MeterRegistry registry, Signal ofRequests, Signal ofAnswers, Tags tags) {
        this.registry = registry;
        this.ofRequests = ofRequests;
        this.ofAnswers = ofAnswers;
        this.tags = tags;
    }

    /** Whether bytes are those of bodies: not on a stream of bytes, nor after a change of protocol. */
    static boolean has(String method, int status) {
        return status != SWITCHES_PROTOCOL && !method.equals("CONNECT");
    }

    /** Bytes of both bodies; 0 for one that there was not. */
    void record(long request, long answer) {
        if (request > 0) {
            DistributionSummary known = requests;
            if (known == null) {
                known = ofRequests.summary().tags(tags).register(registry);
                requests = known;
            }
            known.record((double) request);
        }
        if (answer > 0) {
            DistributionSummary known = answers;
            if (known == null) {
                known = ofAnswers.summary().tags(tags).register(registry);
                answers = known;
            }
            known.record((double) answer);
        }
    }
}
