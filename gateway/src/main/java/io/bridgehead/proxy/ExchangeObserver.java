package io.bridgehead.proxy;

import io.bridgehead.routing.ServiceRoute;

/**
 * Is told what happened to exchanges, on their event loops; it must not block and must not keep a record that has not
 * ended. Logs, metrics and spans are made from this.
 */
public interface ExchangeObserver {
    /** Nobody wants to know. */
    ExchangeObserver NONE = new ExchangeObserver() {
        @Override
        public void started(ExchangeRecord exchange) {
            // nobody wants to know
        }

        @Override
        public void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt) {
            // nobody wants to know
        }

        @Override
        public void ended(ExchangeRecord exchange) {
            // nobody wants to know
        }
    };

    /** A request or connection was matched and admitted; what its codec refused by itself comes only as {@link #ended}. */
    void started(ExchangeRecord exchange);

    /** An attempt is over; the record does not change any more. It is also in {@link ExchangeRecord#attempts}. */
    void attemptEnded(ExchangeRecord exchange, AttemptRecord attempt);

    /** The exchange is over, in whatever way; the record does not change any more. */
    void ended(ExchangeRecord exchange);

    /** A copy of a request for this service is over; its exchange may be over long since, or run on. */
    default void mirrored(ServiceRoute service, MirrorOutcome outcome) {}
}
