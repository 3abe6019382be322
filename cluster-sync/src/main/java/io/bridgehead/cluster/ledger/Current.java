package io.bridgehead.cluster.ledger;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The one place where a component keeps its present state: an immutable value, never null, replaced whole. Threads:
 * any.
 */
public final class Current<T> {
    private final AtomicReference<T> value;

    public Current(T first) {
        this.value = new AtomicReference<>(first);
    }

    public T get() {
        return Objects.requireNonNull(value.get());
    }

    public void set(T next) {
        value.set(next);
    }

    /** Sets and returns the former value. */
    public T swap(T next) {
        return Objects.requireNonNull(value.getAndSet(next));
    }

    /** Sets what {@code change} makes of the present value, which may be asked more than once, and returns it. */
    public T update(UnaryOperator<T> change) {
        return Objects.requireNonNull(value.updateAndGet(change));
    }
}
