package io.bridgehead.telemetry;

import io.bridgehead.authn.OriginFault;
import io.bridgehead.authn.OriginLedger;
import io.bridgehead.authn.OriginObserver;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.RejectedRecords;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.slf4j.spi.LoggingEventBuilder;

/** Counts and logs what was not taken of what other gateways say of callers, and keeps it for {@code status}. Any thread. */
public final class OriginLog implements OriginObserver {
    private final MeterRegistry registry;
    private final Warnings warnings;
    private final OriginLedger ledger = new OriginLedger(InstantSource.system());

    /** Says whether a warning is due. */
    interface Warnings {
        LoggingEventBuilder warning(String message, Object subject, String reason);
    }

    OriginLog(MeterRegistry registry, Warnings warnings) {
        this.registry = registry;
        this.warnings = warnings;
    }

    @Override
    public void originRefused(SpiffeId peer, OriginFault fault, String detail) {
        String shown = RejectedRecords.printable(detail);
        Signal.ORIGINS_REFUSED
                .counter()
                .tag(Tag.SOURCE_SITE, site(peer))
                .tag(Tag.ERROR, fault.text())
                .register(registry)
                .increment();
        ledger.refused(peer, fault, shown);
        warnings.warning("origin", peer, fault.text())
                .addKeyValue("peer", peer)
                .addKeyValue("error.type", fault.text())
                .log("what a gateway says of a caller is not taken: {}", shown);
    }

    @Override
    public void clockApart(SpiffeId peer, long aheadSeconds) {
        Signal.CLOCKS_APART
                .counter()
                .tag(Tag.SOURCE_SITE, site(peer))
                .register(registry)
                .increment();
        ledger.apart(peer, aheadSeconds);
        warnings.warning("clock", peer, "")
                .addKeyValue("peer", peer)
                .addKeyValue("ahead_seconds", aheadSeconds)
                .log("the clocks of another gateway and of this node are too far apart");
    }

    @Override
    public void originNotSigned(String reason) {
        warnings.warning("sign", "origin", reason).log("a statement of who calls could not be signed: {}", reason);
    }

    private static String site(SpiffeId peer) {
        SiteName site = peer.site();
        return site == null ? "none" : site.value();
    }

    /** What was refused lately, and whose clocks are off. */
    public OriginLedger ledger() {
        return ledger;
    }
}
