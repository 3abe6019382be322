package io.bridgehead.loop;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The socket on which a service manager is told things: a Unix socket for datagrams, which Java has no door to. Messages may carry an open file. The
 * layouts are those of Linux on 64-bit machines.
 *
 * <p><b>Threads</b>: any.
 */
final class NotifySocket {
    static final int NO_FILE = -1;
    /** How long a message is tried; so long a loop may stand still when the service manager does. */
    static final long PATIENCE_MILLIS = 200;

    private static final long PAUSE_MILLIS = 5;
    private static final short UNIX = 1;
    private static final int DATAGRAM_CLOSED_ON_EXEC = 2 | 0x80000;
    private static final int NEITHER_WAIT_NOR_SIGNAL = 0x40 | 0x4000;
    private static final int SOCKET_LEVEL = 1;
    private static final int RIGHTS = 1;
    private static final int ADDRESS_BYTES = 110;
    private static final int PATH_AT = 2;
    private static final int MESSAGE_BYTES = 56;
    private static final int PART_BYTES = 16;
    private static final int RIGHTS_BYTES = 24;
    private static final int RIGHTS_LENGTH = 20;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET = handle(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SEND = handle(
            "sendmsg",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final byte[] path;
    private final int socket;

    private NotifySocket(byte[] path, int socket) {
        this.path = path;
        this.socket = socket;
    }

    @SuppressWarnings("restricted") // the reason for this class
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    /** @param address a path, or an abstract name after an {@code @}, of 107 bytes at most */
    static NotifySocket to(String address) throws IOException {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > ADDRESS_BYTES - PATH_AT - 1 || (path[0] != '/' && path[0] != '@')) {
            throw new IOException("NOTIFY_SOCKET=" + address + ": expected a path or an abstract name");
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        int socket = call(() -> (int) SOCKET.invokeExact((int) UNIX, DATAGRAM_CLOSED_ON_EXEC, 0));
        if (socket < 0) {
            throw new IOException("no socket for NOTIFY_SOCKET=" + address);
        }
        return new NotifySocket(path, socket);
    }

    /**
     * Sends a message, and tries again for {@value #PATIENCE_MILLIS} ms while the system does not take it: the queue of the other side is short.
     *
     * @param file an open file that goes with it, or {@link #NO_FILE}
     * @return whether the system took it
     */
    boolean send(String text, int file) {
        boolean taken = sendNow(text, file);
        for (long waited = 0; !taken && waited < PATIENCE_MILLIS; waited += PAUSE_MILLIS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            taken = sendNow(text, file);
        }
        return taken;
    }

    /** Sends a message that does no harm when it is lost. */
    void offer(String text) {
        boolean _ = sendNow(text, NO_FILE);
    }

    private boolean sendNow(String text, int file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH_AT, path.length);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment part = arena.allocate(PART_BYTES, Long.BYTES);
            part.set(ValueLayout.ADDRESS, 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
            part.set(ValueLayout.JAVA_LONG, 8, bytes.length);
            MemorySegment message = arena.allocate(MESSAGE_BYTES, Long.BYTES);
            message.set(ValueLayout.ADDRESS, 0, address);
            message.set(ValueLayout.JAVA_INT, 8, PATH_AT + path.length);
            message.set(ValueLayout.ADDRESS, 16, part);
            message.set(ValueLayout.JAVA_LONG, 24, 1);
            if (file != NO_FILE) {
                message.set(ValueLayout.ADDRESS, 32, rights(arena, file));
                message.set(ValueLayout.JAVA_LONG, 40, RIGHTS_BYTES);
            }
            return call(() -> (long) SEND.invokeExact(socket, message, NEITHER_WAIT_NOR_SIGNAL)) >= 0;
        }
    }

    private static MemorySegment rights(Arena arena, int file) {
        MemorySegment rights = arena.allocate(RIGHTS_BYTES, Long.BYTES);
        rights.set(ValueLayout.JAVA_LONG, 0, RIGHTS_LENGTH);
        rights.set(ValueLayout.JAVA_INT, 8, SOCKET_LEVEL);
        rights.set(ValueLayout.JAVA_INT, 12, RIGHTS);
        rights.set(ValueLayout.JAVA_INT, 16, file);
        return rights;
    }

    /** Closes an open file that nobody has taken into use. */
    static void close(int file) {
        call(() -> (int) CLOSE.invokeExact(file));
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws Throwable;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.make();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
