package io.bridgehead.compile;

import io.bridgehead.config.RateLimitSpec;
import io.bridgehead.limit.PathPrefix;
import io.bridgehead.limit.RateKey;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateMatch;
import io.bridgehead.model.HeaderName;
import java.util.List;
import java.util.Set;

/** Makes rate limits of what documents say. */
final class RateMaker {
    private RateMaker() {}

    static List<RateLimit> of(List<RateLimitSpec> specs) {
        return specs.stream().map(RateMaker::limit).toList();
    }

    private static RateLimit limit(RateLimitSpec spec) {
        RateLimitSpec.Match match = spec.match();
        return new RateLimit(
                spec.name(),
                spec.requests(),
                spec.per(),
                spec.burst(),
                key(spec.by()),
                match.isAny()
                        ? RateMatch.ANY
                        : new RateMatch(
                                Set.copyOf(match.methods()),
                                PathPrefix.of(match.pathPrefix()),
                                match.route(),
                                match.rule()),
                spec.fabric());
    }

    private static RateKey key(RateLimitSpec.By by) {
        return switch (by.kind()) {
            case ALL -> new RateKey.All();
            case IDENTITY -> new RateKey.Identity();
            case SITE -> new RateKey.Site();
            case CLIENT_ADDRESS -> new RateKey.Address();
            case HEADER -> new RateKey.Header(HeaderName.of(by.header()));
        };
    }
}
