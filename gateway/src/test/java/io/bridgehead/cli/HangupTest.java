package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HangupTest {
    private Object before = "nothing yet";

    /** By name, as in {@link Hangup}. @return what the process did at SIGHUP until now */
    private static Object replace(Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
        return Objects.requireNonNull(
                handle.invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handler));
    }

    @BeforeEach
    void remember() throws ReflectiveOperationException {
        before = replace(
                Class.forName("sun.misc.SignalHandler").getField("SIG_DFL").get(null));
    }

    /** The handler is the process's: it is no other test's. */
    @AfterEach
    void putBack() throws ReflectiveOperationException {
        replace(before);
    }

    @Test
    void whatComesBeforeSomebodySaysWhatToDoIsDoneThen() {
        Hangup hangup = Hangup.taken();
        AtomicInteger done = new AtomicInteger();
        hangup.raise();
        hangup.raise();
        assertThat(done).hasValue(0);
        hangup.does(done::incrementAndGet);
        assertThat(done).hasValue(1);
        hangup.raise();
        assertThat(done).hasValue(2);
    }
}
