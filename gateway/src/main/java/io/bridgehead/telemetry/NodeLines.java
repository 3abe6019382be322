package io.bridgehead.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.AppenderAttachable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The form of the node's log, and what is in it, as its configuration wants it. */
final class NodeLines {
    private NodeLines() {}

    /** Has the log be like this from now on. */
    static void use(io.bridgehead.config.NodeLines lines) {
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            Level level = level(root, lines.level());
            if (level != null) {
                root.setLevel(level);
            }
            use(root, lines.priority(), level);
        }
    }

    /** Null where nothing is said of it: a program that has this as a part has a log of its own. */
    private static @Nullable Level level(Logger root, io.bridgehead.config.NodeLines.@Nullable Level wanted) {
        String usual = root.getLoggerContext().getProperty(LogSetup.LEVEL);
        String name = wanted == null ? usual : wanted.name();
        return name == null ? null : Level.toLevel(name, Level.INFO);
    }

    private static void use(AppenderAttachable<ILoggingEvent> holder, boolean priorities, @Nullable Level level) {
        Iterator<Appender<ILoggingEvent>> appenders = holder.iteratorForAppenders();
        while (appenders.hasNext()) {
            Appender<ILoggingEvent> appender = appenders.next();
            appender.getCopyOfAttachedFiltersList().forEach(filter -> {
                if (level != null && filter instanceof ThresholdFilter threshold) {
                    threshold.setLevel(level.toString());
                }
            });
            if (appender instanceof OutputStreamAppender<ILoggingEvent> written
                    && written.getEncoder() instanceof JsonLogEncoder encoder) {
                encoder.sayPriorities(priorities);
            } else if (appender instanceof AppenderAttachable<?>) {
                @SuppressWarnings("unchecked") // appenders of events hold appenders of events
                AppenderAttachable<ILoggingEvent> inner = (AppenderAttachable<ILoggingEvent>) appender;
                use(inner, priorities, level);
            }
        }
    }
}
