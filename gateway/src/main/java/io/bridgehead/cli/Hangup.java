package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a process does at SIGHUP, which else ends it. A signal that comes before somebody has said what to do is not lost.
 *
 * <p>Under a service manager the launcher has the system drop the signal, and says so by a property, until it is taken here: what it asks for, that
 * files be read, is to come yet. Where SIGHUP is ignored from the start without that, as under {@code nohup}, it stays ignored; and with {@code -Xrs} it ends the process, as
 * that option asks.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Hangup {
    private static final String DROPPED = "bridgehead.hangup";

    private final AtomicReference<@Nullable Runnable> task = new AtomicReference<>();
    private final AtomicBoolean raised = new AtomicBoolean();

    private Hangup() {}

    /** Takes the signal from now on. */
    static Hangup taken() {
        Hangup hangup = new Hangup();
        boolean dropped = "dropped".equals(System.getProperty(DROPPED));
        if (dropped) {
            HangupSignal.passOn();
        }
        try {
            // by name: the compiler warns of these classes, which the platform has for this and nothing else for it
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            // a proxy, which costs a start much less than a method handle in the handler's place
            Object raising = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> hangup.told(method));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), raising);
        } catch (ReflectiveOperationException e) {
            // -Xrs, or no such signal on this platform: it does what it did
            if (dropped) {
                HangupSignal.endProcess();
            }
        }
        return hangup;
    }

    /** The handler's one method, or what every object has. */
    private @Nullable Object told(Method method) {
        return switch (method.getName()) {
            case "equals" -> false;
            case "hashCode" -> 0;
            case "toString" -> "SIGHUP";
            default -> {
                raise();
                yield null;
            }
        };
    }

    /** The signal has come. */
    void raise() {
        raised.set(true);
        act();
    }

    /** Says what to do at each signal, and does it if one has come already. */
    void does(Runnable told) {
        task.set(told);
        act();
    }

    private void act() {
        Runnable told = task.get();
        if (told != null && raised.getAndSet(false)) {
            told.run();
        }
    }
}
