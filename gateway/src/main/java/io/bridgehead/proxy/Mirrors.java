package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.Mirror;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptHistory;
import io.bridgehead.upstream.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The copies of requests that are under way on one event loop.
 *
 * <p><b>Limits</b>: {@value #UNDER_WAY_MAX} at once; what would be more is dropped. So is what would go to a service that somebody else is asked
 * about: nobody waits for a copy, so nobody asks.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Mirrors {
    static final int UNDER_WAY_MAX = 1024;

    private final ProxyContext context;
    private int underWay;

    Mirrors(ProxyContext context) {
        this.context = context;
    }

    int underWay() {
        return underWay;
    }

    int waitingBytesMax() {
        return context.limits().replayBytesMax();
    }

    void after(long millis, Runnable task) {
        context.loop().clock().after(millis, task);
    }

    /** Opens the copies of a request that these ask for, each with its share of chance. */
    List<MirrorCopy> open(List<Mirror> wanted, RequestHead head, boolean end, ExchangeRecord record) {
        List<MirrorCopy> copies = new ArrayList<>(wanted.size());
        for (Mirror mirror : wanted) {
            boolean drawn = mirror.numerator() >= mirror.denominator()
                    || context.loop().random().nextInt(mirror.denominator()) < mirror.numerator();
            MirrorCopy copy = drawn ? open(mirror.service(), head, end, record) : null;
            if (copy != null) {
                copies.add(copy);
            }
        }
        return copies;
    }

    private @Nullable MirrorCopy open(ServiceRoute service, RequestHead head, boolean end, ExchangeRecord record) {
        boolean allowed = service.allow()
                .authorize(record.caller, head, record.entry.arrival())
                .allowed();
        boolean dropped = !allowed || service.allow().check() != null || underWay >= UNDER_WAY_MAX;
        if (dropped || RateGate.isAbove(context, service, head, record)) {
            context.observer().mirrored(service, MirrorOutcome.DROPPED);
            return null;
        }
        if (!(context.upstreams().select(service, new AttemptHistory(), false) instanceof Selection.To to)) {
            context.observer().mirrored(service, MirrorOutcome.FAILED);
            return null;
        }
        underWay++;
        MirrorCopy copy = new MirrorCopy(this, service, to.destination());
        RequestHead itsHead = head.with(fields(head, service, record, to));
        copy.opened(to.destination().openRequest(itsHead, end, copy), end);
        return copy;
    }

    private HeaderFields fields(RequestHead head, ServiceRoute service, ExchangeRecord record, Selection.To to) {
        HeaderFields fields = head.fields().copy();
        fields.removeAll(HeaderName.EXPECT);
        context.traces().put(fields, record, to.destination().node() != null);
        if (to.destination().node() != null) {
            new HopWord(context, service, record.revision, record.caller)
                    .addTo(fields, to.destination().site());
            HopFields.addLeft(
                    fields, 1, service.resilience().timeouts().request().toMillis());
        }
        return fields;
    }

    void ended(MirrorCopy copy, MirrorOutcome outcome) {
        underWay--;
        context.observer().mirrored(copy.service(), outcome);
    }
}
