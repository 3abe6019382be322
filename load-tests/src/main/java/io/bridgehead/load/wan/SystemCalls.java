package io.bridgehead.load.wan;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The few system calls that Java has no door to: opening devices, TUN's ioctls, raw reads and writes, network namespaces. */
final class SystemCalls {
    private static final int READ_ONLY = 0;
    private static final int READ_WRITE = 2;
    private static final int NEW_NETWORK = 0x40000000;
    private static final long TUN_SET_INTERFACE = 0x400454caL;
    private static final long TUN_SET_OFFLOAD = 0x400454d0L;
    private static final short TUN_WITHOUT_INFORMATION_WITH_VIRTIO_HEADER = 0x1 | 0x1000 | 0x4000;
    private static final int OFFLOAD_CHECKSUM_AND_SEGMENTS = 0x1 | 0x2;
    private static final int INTERFACE_REQUEST_BYTES = 40;
    private static final int INTERFACE_FLAGS_AT = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN = handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle IOCTL_POINTER = handle(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL_NUMBER = handle(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SET_NAMESPACE =
            handle("setns", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle READ = handle(
            "read",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle WRITE = handle(
            "write",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private SystemCalls() {}

    @SuppressWarnings("restricted") // the reason for this class
    private static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /**
     * Opens the TUN device of this name, making it, for packets that each have a virtio header before them.
     *
     * @param offload whether the kernel may hand over segments larger than a packet, which costs a tenth of the CPU
     */
    static int openTun(String device, boolean offload) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int file = open("/dev/net/tun", READ_WRITE);
            MemorySegment request = arena.allocate(INTERFACE_REQUEST_BYTES);
            request.setString(0, device);
            request.set(ValueLayout.JAVA_SHORT, INTERFACE_FLAGS_AT, TUN_WITHOUT_INFORMATION_WITH_VIRTIO_HEADER);
            require((int) IOCTL_POINTER.invokeExact(file, TUN_SET_INTERFACE, request), "making TUN device " + device);
            long features = offload ? OFFLOAD_CHECKSUM_AND_SEGMENTS : 0;
            require((int) IOCTL_NUMBER.invokeExact(file, TUN_SET_OFFLOAD, features), "offload of " + device);
            return file;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Moves the calling thread, which must be a platform thread, into a network namespace; its new sockets are there. */
    static void enterNetwork(Path namespace) throws IOException {
        int file = open(namespace.toString(), READ_ONLY);
        try {
            require((int) SET_NAMESPACE.invokeExact(file, NEW_NETWORK), "entering " + namespace);
            require((int) CLOSE.invokeExact(file), "closing " + namespace);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static int open(String path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return require((int) OPEN.invokeExact(arena.allocateFrom(path), flags), "opening " + path);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Reads one packet; negative when there is none. */
    static long read(int file, MemorySegment into) {
        try {
            return (long) READ.invokeExact(file, into, into.byteSize());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes one packet; negative when it was not taken. */
    static long write(int file, MemorySegment from, long bytes) {
        try {
            return (long) WRITE.invokeExact(file, from, bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int require(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed; it needs root, and /dev/net/tun");
        }
        return result;
    }
}
