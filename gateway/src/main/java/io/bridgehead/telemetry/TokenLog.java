package io.bridgehead.telemetry;

import io.bridgehead.authn.JwtFault;
import io.bridgehead.authn.JwtObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts verdicts on JSON Web Tokens, and writes to the log whose keys are known. Any thread. */
public final class TokenLog implements JwtObserver {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Key, Counter> verdicts = new ConcurrentHashMap<>();

    /** Issuers are those of the configuration, so there are few. */
    private record Key(String issuer, String outcome) {}

    /** Counts in the telemetry's registry. */
    public TokenLog(Telemetry telemetry) {
        this.registry = telemetry.registry();
    }

    @Override
    public void tokenAccepted(String issuer) {
        counted(new Key(issuer, "accepted"));
    }

    @Override
    public void tokenRefused(String issuer, JwtFault fault) {
        counted(new Key(issuer, fault.text()));
    }

    private void counted(Key key) {
        Counter counter = verdicts.get(key);
        if (counter == null) {
            counter = verdicts.computeIfAbsent(key, this::verdict);
        }
        counter.increment();
    }

    private Counter verdict(Key key) {
        return counter(Signal.JWT_TOKENS, key.issuer(), key.outcome());
    }

    @Override
    public void keysTaken(String issuer, int keys, String source) {
        counter(Signal.JWT_KEY_SETS, issuer, "taken").increment();
        LOG.atInfo().addKeyValue("issuer", issuer).log("jwt issuer {}: {} keys from {}", issuer, keys, source);
    }

    @Override
    public void keysFailed(String issuer, String source, String detail) {
        counter(Signal.JWT_KEY_SETS, issuer, "failed").increment();
        LOG.atWarn()
                .addKeyValue("issuer", issuer)
                .log(
                        "jwt issuer {}: keys could not be read from {}, those known before stay: {}",
                        issuer,
                        source,
                        detail);
    }

    private Counter counter(Signal signal, String issuer, String outcome) {
        return signal.counter()
                .tag(Tag.ISSUER, issuer)
                .tag(Tag.OUTCOME, outcome)
                .register(registry);
    }
}
