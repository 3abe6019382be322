package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Subscription;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of news, one at a time and in order, without a lock held.
 *
 * <p>Threads: any may post; the first one there delivers for all, so a post returns before its delivery only while
 * another thread delivers. What waits is bounded by the number of threads that post.
 */
public final class Bulletin<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Bulletin.class);

    private final CopyOnWriteArrayList<Listener<T>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger posted = new AtomicInteger();

    public Subscription subscribe(Consumer<T> target) {
        Listener<T> listener = new Listener<>(target);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Subscribes and tells the listener, and only it, the present state first. */
    public Subscription subscribe(Consumer<T> target, Supplier<T> present) {
        Listener<T> listener = new Listener<>(target);
        deliver(() -> {
            listener.tell(present.get());
            listeners.add(listener);
        });
        return () -> listeners.remove(listener);
    }

    public void post(T news) {
        deliver(() -> listeners.forEach(listener -> listener.tell(news)));
    }

    private void deliver(Runnable delivery) {
        waiting.add(delivery);
        if (posted.getAndIncrement() > 0) {
            return;
        }
        do {
            Runnable next = waiting.poll();
            if (next != null) {
                next.run();
            }
        } while (posted.decrementAndGet() > 0);
    }

    /** One subscription; the same target may subscribe twice. */
    private static final class Listener<T> {
        private final Consumer<T> target;

        Listener(Consumer<T> target) {
            this.target = target;
        }

        void tell(T news) {
            try {
                target.accept(news);
            } catch (RuntimeException e) {
                LOG.error("A listener of shared state failed on {}; the others are told all the same.", news, e);
            }
        }
    }
}
