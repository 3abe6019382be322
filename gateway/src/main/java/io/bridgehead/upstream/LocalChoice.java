package io.bridgehead.upstream;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.Candidates;
import io.bridgehead.balance.Picker;
import io.bridgehead.health.OutlierDetector;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.upstream.ServiceState.Definition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's choice among the endpoints of one service in the own site. Endpoints that stay through a reload keep
 * their connections and what was learnt of them.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LocalChoice implements Candidates {
    /** How often a loop looks whether an ejection is over. */
    private static final long EJECTION_CHECK_MILLIS = 250;

    private static final double NOT_DRAWN = 1;
    private static final double ALL = -1;
    private static final AttemptHistory NOTHING_TRIED = new AttemptHistory();

    private final LoopParts parts;
    private final ServiceState service;
    private List<EndpointSlot> slots = List.of();
    private final List<EndpointSlot> ejected = new ArrayList<>(0);
    private OutlierDetector detector;
    private OutlierPolicy outlier;
    private BalancePolicy balance;
    private Picker picker;
    private @Nullable Spread spread;
    private AttemptHistory tried = NOTHING_TRIED;
    /** What was drawn for endpoints on their way back, for one choice; {@link #NOT_DRAWN} or {@link #ALL} otherwise. */
    private double draw = NOT_DRAWN;

    private @Nullable Timer ejectionTimer;
    private @Nullable Timer intervalTimer;

    LocalChoice(LoopParts parts, ServiceState service, Definition definition) {
        this.parts = parts;
        this.service = service;
        this.outlier = definition.route().resilience().outlier();
        this.detector = new OutlierDetector(outlier);
        this.balance = definition.route().resilience().balance();
        this.picker = Picker.of(balance.kind(), parts.random());
        define(definition);
        startIntervals();
    }

    /** Goes on with these endpoints. */
    void define(Definition definition) {
        boolean otherRules = !definition.route().resilience().outlier().equals(outlier);
        outlier = definition.route().resilience().outlier();
        if (otherRules) {
            detector = new OutlierDetector(outlier);
            startIntervals();
        }
        if (!definition.route().resilience().balance().equals(balance)) {
            balance = definition.route().resilience().balance();
            picker = Picker.of(balance.kind(), parts.random());
        }
        EndpointWay way = EndpointWay.of(definition.route(), parts.security());
        List<EndpointSlot> old = new ArrayList<>(slots);
        List<EndpointSlot> next = new ArrayList<>(definition.endpoints().size());
        for (EndpointState endpoint : definition.endpoints()) {
            EndpointSlot kept = otherRules ? null : take(old, endpoint, way);
            next.add(kept == null ? slot(endpoint, way) : kept);
        }
        old.forEach(this::leave);
        slots = List.copyOf(next);
        spread = Spread.of(parts, definition, this);
    }

    private EndpointSlot slot(EndpointState endpoint, EndpointWay way) {
        return new EndpointSlot(service, endpoint, detector.watch(), parts, way, this::watchEjection);
    }

    private static @Nullable EndpointSlot take(List<EndpointSlot> from, EndpointState endpoint, EndpointWay way) {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i).fits(endpoint, way)) {
                return from.remove(i);
            }
        }
        return null;
    }

    private void leave(EndpointSlot slot) {
        slot.drain();
        if (ejected.remove(slot)) {
            parts.findings().returned(service, slot.state(), parts.loop().index());
        }
    }

    /**
     * An endpoint that is fit and not among those tried, or null.
     *
     * @param key what of the request is hashed, if the service hashes; 0 for nothing
     */
    @Nullable
    EndpointSlot pick(AttemptHistory triedAlready, long key) {
        tried = triedAlready;
        draw = NOT_DRAWN;
        int index = spread == null ? picker.pick(this) : spread.pick(key);
        if (index == Picker.NONE && draw != NOT_DRAWN) {
            // nobody else is there for what they may not take
            draw = ALL;
            index = spread == null ? picker.pick(this) : spread.pick(key);
        }
        tried = NOTHING_TRIED;
        return index == Picker.NONE ? null : slots.get(index);
    }

    /** This endpoint, if it is fit and not among those tried, or null. */
    @Nullable
    EndpointSlot find(Endpoint wanted, AttemptHistory triedAlready) {
        for (EndpointSlot slot : slots) {
            EndpointState state = slot.state();
            if (state.is(wanted) && state.isFit() && !triedAlready.has(state.endpoint())) {
                return slot;
            }
        }
        return null;
    }

    @Override
    public int size() {
        return slots.size();
    }

    @Override
    public boolean isFit(int index) {
        EndpointState state = slots.get(index).state();
        EndpointState.Back back = state.back();
        return (state.isFit() || mayServeInPanic(state))
                && !tried.has(state.endpoint())
                && (back == null || isDrawn(back));
    }

    private boolean isDrawn(EndpointState.Back back) {
        if (draw == NOT_DRAWN) {
            draw = parts.random().nextDouble();
        }
        return draw < back.allowed(parts.loop().nanoTime());
    }

    private boolean mayServeInPanic(EndpointState state) {
        return service.view().panic()
                && state.standing().addressed()
                && !state.standing().drained();
    }

    @Override
    public int load(int index) {
        return slots.get(index).inFlight();
    }

    /** This loop's traffic has had an endpoint ejected: looks from time to time whether that is over. */
    private void watchEjection(EndpointSlot slot) {
        ejected.add(slot);
        if (ejectionTimer == null) {
            ejectionTimer = parts.loop().every(EJECTION_CHECK_MILLIS, this::checkEjections);
        }
    }

    /** A probe found the endpoint fit. */
    void onProbed(EndpointState endpoint) {
        for (EndpointSlot slot : slots) {
            if (slot.state() == endpoint) {
                slot.probed();
            }
        }
        checkEjections();
    }

    private void checkEjections() {
        ejected.removeIf(EndpointSlot::isReturned);
        if (ejected.isEmpty()) {
            stopTimer();
        }
    }

    private void startIntervals() {
        stopIntervals();
        if (outlier.compares()) {
            intervalTimer = parts.loop().every(outlier.interval().toMillis(), this::endInterval);
        }
    }

    private void stopIntervals() {
        if (intervalTimer != null) {
            intervalTimer.cancel();
            intervalTimer = null;
        }
    }

    private void endInterval() {
        OutlierDetector.Bar bar = detector.endInterval(parts.loop().nanoTime() / 1_000_000);
        for (EndpointSlot slot : slots) {
            slot.judge(bar);
        }
    }

    private void stopTimer() {
        if (ejectionTimer != null) {
            ejectionTimer.cancel();
            ejectionTimer = null;
        }
    }

    /** The service has left: what is under way goes on to its end. */
    void drain() {
        stopTimer();
        stopIntervals();
        slots.forEach(this::leave);
        slots = List.of();
    }

    /** Ends everything now. */
    void close() {
        List<EndpointSlot> open = slots;
        drain();
        open.forEach(EndpointSlot::close);
    }
}
