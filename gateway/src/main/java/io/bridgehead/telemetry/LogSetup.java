package io.bridgehead.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of this program: lines of JSON on standard error, so that standard output stays for what a command answers, from a bounded queue. Found by
 * logback, and written in Java because reading the same from XML takes longer than much of a node's start. A file of logback's, named by its property or
 * on the class path, comes before it.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** What the level is called that holds until a configuration says another, and where it says none. */
    static final String LEVEL = "LEVEL";

    private static final String LEVEL_VARIABLE = "BRIDGEHEAD_LOG_LEVEL";
    private static final int QUEUED_MAX = 4096;
    private static final int FLUSH_MILLIS_MAX = 1_000;
    private static final Map<String, Level> QUIET = Map.of(
            "com.hazelcast",
            Level.ERROR,
            // It warns of places for meters that come later, as with a reload, which is what it is used for here.
            "io.micrometer.core.instrument.composite.CompositeMeterRegistry",
            Level.ERROR,
            "io.netty",
            Level.WARN,
            "io.vertx",
            Level.WARN);

    /** Sets the log up, if nothing has been said to it yet. Done when it returns, unless another thread does it at that time. */
    public static void begin() {
        var _ = LoggerFactory.getILoggerFactory();
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (isSaidElsewhere()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        String level = Objects.requireNonNullElse(System.getenv(LEVEL_VARIABLE), "");
        use(context, Level.toLevel(System.getProperty(LEVEL_VARIABLE, level), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Has a context's loggers write so, from this level on. */
    static void use(LoggerContext context, Level level) {
        context.putProperty(LEVEL, level.toString());
        QUIET.forEach((logger, least) -> context.getLogger(logger).setLevel(least));
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(queue(context, level));
    }

    private static boolean isSaidElsewhere() {
        ClassLoader loader = LogSetup.class.getClassLoader();
        return System.getProperty("logback.configurationFile") != null
                || loader.getResource("logback-test.xml") != null
                || loader.getResource("logback.xml") != null;
    }

    private static AsyncAppender queue(LoggerContext context, Level level) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("async");
        queue.addFilter(threshold(context, level));
        queue.setQueueSize(QUEUED_MAX);
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLIS_MAX);
        queue.addAppender(console(context));
        queue.start();
        return queue;
    }

    /** The audit file's logger is at INFO always; the log shows no more for that. */
    private static ThresholdFilter threshold(LoggerContext context, Level level) {
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setContext(context);
        threshold.setLevel(level.toString());
        threshold.start();
        return threshold;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        JsonLogEncoder form = new JsonLogEncoder();
        form.setContext(context);
        form.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setTarget("System.err");
        console.setEncoder(form);
        console.start();
        return console;
    }
}
