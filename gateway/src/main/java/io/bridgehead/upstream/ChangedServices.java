package io.bridgehead.upstream;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Services of which something was learnt, on whichever thread, and what follows of it for each, on the context. When thousands change at once, as
 * when an endpoint that they share is lost, they follow each other in parts of a millisecond, each once however often it has changed meanwhile.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ChangedServices {
    private final FailoverContext context;
    private final Consumer<ServiceName> follow;
    private final Set<ServiceName> names = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();

    /** @param follow is called on the context */
    ChangedServices(FailoverContext context, Consumer<ServiceName> follow) {
        this.context = context;
        this.follow = follow;
    }

    /** Something was learnt of a service. Any thread. */
    void add(ServiceName name) {
        names.add(name);
        if (!due.getAndSet(true)) {
            context.execute(this::some);
        }
    }

    private void some() {
        boolean through = false;
        try {
            through = part();
        } finally {
            if (!through) {
                context.goOn(this::some);
            }
        }
        if (!names.isEmpty() && !due.getAndSet(true)) {
            context.execute(this::some);
        }
    }

    /** @return whether that was all */
    private boolean part() {
        long end = context.partEnd();
        Iterator<ServiceName> next = names.iterator();
        while (next.hasNext()) {
            ServiceName name = next.next();
            next.remove();
            follow.accept(name);
            if (context.nanoTime() - end >= 0) {
                return false;
            }
        }
        due.set(false);
        return true;
    }
}
