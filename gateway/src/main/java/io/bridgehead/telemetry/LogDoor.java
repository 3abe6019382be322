package io.bridgehead.telemetry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Where a logger's lines come in. It stays while those who take them change, so that each line is taken once. */
@OwnedBy(Owner.ANY_THREAD)
final class LogDoor extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final String logger;
    private final Consumer<ILoggingEvent> to;

    /** @param to takes a line, on whatever thread says it; never waits */
    LogDoor(String logger, Consumer<ILoggingEvent> to) {
        this.logger = logger;
        this.to = to;
    }

    /** Begins to take lines. */
    void attach() {
        if (LoggerFactory.getLogger(logger) instanceof Logger found) {
            setContext(found.getLoggerContext());
            start();
            found.addAppender(this);
        }
    }

    /** Takes no more. */
    void detach() {
        if (LoggerFactory.getLogger(logger) instanceof Logger found) {
            found.detachAppender(this);
        }
        stop();
    }

    @Override
    protected void append(ILoggingEvent line) {
        to.accept(line);
    }
}
