package io.bridgehead.telemetry;

import io.bridgehead.identity.EnrolmentObserver;
import io.bridgehead.identity.EnrolmentRefusal;
import io.bridgehead.model.SpiffeId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log who was given an identity and who was not, and counts it; what strangers provoke as {@link NodeLog} does. */
public final class IdentityLog implements EnrolmentObserver {
    private static final Logger LOG = LoggerFactory.getLogger("bridgehead");

    private final MeterRegistry registry;
    private final Repeats repeats;

    /** Counts in the telemetry's registry. */
    public IdentityLog(Telemetry telemetry, LongSupplier nanoTime) {
        this.registry = telemetry.registry();
        this.repeats = new Repeats(nanoTime);
    }

    @Override
    public void identityIssued(Enrolment how, SpiffeId id, Instant notAfter, String address) {
        enrolment(how, "issued");
        LOG.atInfo()
                .addKeyValue("identity", id)
                .addKeyValue("address", address)
                .log("identity issued by {} until {}", how.text(), notAfter);
    }

    @Override
    public void identityRefused(Enrolment how, EnrolmentRefusal refusal, String detail, String address) {
        enrolment(how, refusal.text());
        int port = address.lastIndexOf(':');
        String host = port < 0 ? address : address.substring(0, port);
        long held = repeats.passes("enrolment", host, refusal.text());
        if (held >= 0) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("error.type", refusal.text())
                    .addKeyValue("repeated", held)
                    .log("{} refused: {}", how.text(), detail);
        }
    }

    @Override
    public void tokenChanged(String what, String token, String author) {
        LOG.atInfo().addKeyValue("author", author).log("token {}: {}", what, token);
    }

    @Override
    public void identityRenewed(SpiffeId id, Instant notAfter, String source) {
        renewal("renewed");
        LOG.atInfo().addKeyValue("identity", id).log("identity renewed by {} until {}", source, notAfter);
    }

    @Override
    public void renewalFailed(String detail, Instant notAfter) {
        renewal("failed");
        long held = repeats.passes("renewal", "", detail);
        if (held >= 0) {
            LOG.atWarn()
                    .addKeyValue("repeated", held)
                    .log("identity could not be renewed, it ends at {}: {}", notAfter, detail);
        }
    }

    private void enrolment(Enrolment how, String outcome) {
        Signal.ENROLMENTS
                .counter()
                .tag(Tag.ENROLMENT, how.text())
                .tag(Tag.OUTCOME, outcome)
                .register(registry)
                .increment();
    }

    private void renewal(String outcome) {
        Signal.RENEWALS.counter().tag(Tag.OUTCOME, outcome).register(registry).increment();
    }
}
