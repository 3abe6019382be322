package io.bridgehead.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the system does with SIGHUP for this process. Java never takes a signal that the system ignores, and has no door to say otherwise. The number
 * is that of Linux.
 */
final class HangupSignal {
    private static final int HANGUP = 1;
    private static final Linker LINKER = Linker.nativeLinker();

    private HangupSignal() {}

    /**
     * The signal is ignored no more, and does nothing until somebody takes it: it calls a function of the C library that looks at its argument alone.
     * So there is no moment at which it would end the process.
     */
    static void passOn() {
        give(LINKER.defaultLookup().findOrThrow("abs"));
    }

    /** The signal ends the process, as it does for programs that do not care about it. */
    static void endProcess() {
        give(MemorySegment.NULL);
    }

    @SuppressWarnings("restricted") // the reason for this class
    private static void give(MemorySegment handler) {
        try {
            MemorySegment _ = (MemorySegment) LINKER.downcallHandle(
                            LINKER.defaultLookup().findOrThrow("signal"),
                            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                    .invokeExact(HANGUP, handler);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
