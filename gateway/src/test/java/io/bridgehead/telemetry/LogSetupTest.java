package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LogSetupTest {
    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void logbackFindsIt() {
        assertThat(ServiceLoader.load(Configurator.class)).hasAtLeastOneElementOfType(LogSetup.class);
    }

    /** These tests have a file of logback's. */
    @Test
    void aFileOfLogbacksComesBeforeIt() {
        assertThat(new LogSetup().configure(context)).isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(context.getProperty(LogSetup.LEVEL)).isNull();
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders())
                .isExhausted();
    }

    @Test
    void linesGoToStandardErrorByABoundedQueueThatHoldsUpNobody() {
        LogSetup.use(context, Level.WARN);
        AsyncAppender queue =
                (AsyncAppender) only(context.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders());
        assertThat(queue.isStarted()).isTrue();
        assertThat(queue.isNeverBlock()).isTrue();
        assertThat(queue.getQueueSize()).isEqualTo(4096);
        assertThat(queue.getDiscardingThreshold()).isZero();
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>) only(queue.iteratorForAppenders());
        assertThat(console.isStarted()).isTrue();
        assertThat(console.getTarget()).isEqualTo("System.err");
        assertThat(console.getEncoder()).isInstanceOf(JsonLogEncoder.class);
    }

    @Test
    void librariesSayOnlyWhatAPersonShouldLookAt() {
        LogSetup.use(context, Level.DEBUG);
        assertThat(context.getProperty(LogSetup.LEVEL)).isEqualTo("DEBUG");
        assertThat(context.getLogger("bridgehead").getEffectiveLevel()).isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("com.hazelcast.any").getEffectiveLevel()).isEqualTo(Level.ERROR);
        assertThat(context.getLogger("io.netty.any").getEffectiveLevel()).isEqualTo(Level.WARN);
        assertThat(context.getLogger("io.vertx.any").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    private static Appender<ILoggingEvent> only(java.util.Iterator<Appender<ILoggingEvent>> appenders) {
        Appender<ILoggingEvent> first = appenders.next();
        assertThat(appenders).isExhausted();
        return first;
    }
}
