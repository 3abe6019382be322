package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one point where key and trust material is swapped.
 *
 * <p>Threads: anyone reads {@link #current} at any time, once for each connection; one thread, the control context, calls
 * {@link #swap}. Subscribers are called on that thread, after the new generation is visible, in the order they came.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LiveTls {
    private final Clock clock;
    private volatile Generation current;
    private final List<Consumer<Generation>> subscribers = new CopyOnWriteArrayList<>();

    /** Starts with generation 1. */
    public LiveTls(KeyMaterial first, Clock clock) {
        this.clock = clock;
        this.current = generation(1, first);
    }

    /** What is in force now. */
    public Generation current() {
        return current;
    }

    /** Puts new material in force for every handshake from now on, and tells the subscribers. */
    public Generation swap(KeyMaterial next) {
        Generation generation = generation(current.number() + 1, next);
        current = generation;
        subscribers.forEach(subscriber -> subscriber.accept(generation));
        return generation;
    }

    /**
     * Asks to be told of every later swap.
     *
     * @return ends the subscription
     */
    public Runnable subscribe(Consumer<Generation> subscriber) {
        subscribers.add(subscriber);
        return () -> subscribers.remove(subscriber);
    }

    private Generation generation(long number, KeyMaterial material) {
        SvidValidator validator =
                new SvidValidator(material.id().trustDomain(), material.bundle(), material.revocations(), clock);
        return new Generation(number, material, validator);
    }

    /**
     * Material in force.
     *
     * @param number counts swaps, from 1
     * @param validator judges others by the bundle of {@code material}
     */
    public record Generation(long number, KeyMaterial material, SvidValidator validator) {}
}
