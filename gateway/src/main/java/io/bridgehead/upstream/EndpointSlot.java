package io.bridgehead.upstream;

import io.bridgehead.health.OutlierDetector;
import io.bridgehead.health.Symptom;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.upstream.endpoint.BytePool;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointDatagrams;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.PoolEvents;
import io.bridgehead.upstream.endpoint.RequestPool;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import io.bridgehead.wire.StreamOpener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one loop has of one endpoint: its connections, the requests in flight on them, and what they have shown. */
@OwnedBy(Owner.EVENT_LOOP)
final class EndpointSlot implements PoolEvents {
    private final ServiceState service;
    private final EndpointState state;
    private final Findings findings;
    private final OutlierDetector.Watch watch;
    private final EndpointLink link;
    private final EndpointWay way;
    private final RequestPool requests;
    private final BytePool bytes;
    private final Consumer<EndpointSlot> onEjected;
    private int inFlight;

    /** @param onEjected is told when this loop's traffic has shown the endpoint to be ill */
    EndpointSlot(
            ServiceState service,
            EndpointState state,
            OutlierDetector.Watch watch,
            LoopParts parts,
            EndpointWay way,
            Consumer<EndpointSlot> onEjected) {
        this.onEjected = onEjected;
        this.service = service;
        this.state = state;
        this.watch = watch;
        this.findings = parts.findings();
        this.way = way;
        this.link = parts.link(state.listed().address(), state.at(), way, this);
        this.requests = RequestPool.over(link);
        this.bytes = new BytePool(link);
    }

    EndpointState state() {
        return state;
    }

    StreamOpener requests() {
        return requests;
    }

    StreamOpener bytes() {
        return bytes;
    }

    /** A way for datagrams; null when there is none. */
    @Nullable
    DatagramLink datagrams(DatagramEvents events) {
        return EndpointDatagrams.open(link, events);
    }

    int inFlight() {
        return inFlight;
    }

    /** Whether this slot serves as it is for an endpoint that is reached this way. */
    boolean fits(EndpointState wanted, EndpointWay wantedWay) {
        return state == wanted && way.equals(wantedWay);
    }

    /** @param retry whether the request was tried before */
    void began(boolean retry) {
        inFlight++;
        if (retry) {
            service.circuit().retries(1);
        }
        service.inFlight().increment();
    }

    void ended(AttemptOutcome outcome, boolean retry) {
        inFlight--;
        if (retry) {
            service.circuit().retries(-1);
        }
        service.inFlight().decrement();
        switch (outcome) {
            case ANSWERED -> watch.succeeded();
            case SERVER_ERROR -> failed(Symptom.SERVER, outcome);
            case GATEWAY_ERROR, RESET, TIMEOUT -> failed(Symptom.GATEWAY, outcome);
            case CONNECT_FAILED, CONNECT_TIMEOUT -> failed(Symptom.CONNECT, outcome);
            case SITE_UNFIT, POOL_FULL, REFUSED, STALE, CANCELLED -> {
                // Says nothing of the endpoint.
            }
        }
    }

    private void failed(Symptom symptom, AttemptOutcome last) {
        if (watch.failed(symptom, nowMillis())) {
            onEjected.accept(this);
            findings.ejected(
                    service, state, loop().index(), "too many attempts failed in a row, the last with " + last);
        }
    }

    /** An interval of outlier detection is over. */
    void judge(OutlierDetector.Bar bar) {
        String why = watch.judge(bar, nowMillis());
        if (why != null) {
            onEjected.accept(this);
            findings.ejected(service, state, loop().index(), why);
        }
    }

    /** Whether an ejection that this loop asked for is over; ends it everywhere then. */
    boolean isReturned() {
        boolean ended = !watch.isEjected(nowMillis());
        if (ended) {
            findings.returned(service, state, loop().index());
        }
        return ended;
    }

    /** A probe found the endpoint fit. */
    void probed() {
        watch.probed();
    }

    @Override
    public void onConnectFailed(Dialer.Failure failure) {
        findings.connectFailed(service, state, failure, loop().nanoTime());
    }

    @Override
    public void onPoolFull() {
        findings.poolFull(service, state);
    }

    @Override
    public boolean mayConnect() {
        return service.circuit().mayConnect(service.limits());
    }

    @Override
    public boolean mayWait() {
        return service.circuit().mayWait(service.limits());
    }

    @Override
    public void connections(int more) {
        service.circuit().connections(more);
    }

    @Override
    public void waiting(int more) {
        service.circuit().waiting(more);
    }

    /** A request was turned away because the service has as many as it may have. */
    void turnedAway() {
        findings.poolFull(service, state);
    }

    /** The endpoint has left: what is under way goes on to its end. */
    void drain() {
        watch.close();
        requests.drain();
        bytes.drain();
    }

    void close() {
        requests.close();
        bytes.close();
    }

    private Loop loop() {
        return link.loop();
    }

    private long nowMillis() {
        return loop().nanoTime() / 1_000_000;
    }
}
