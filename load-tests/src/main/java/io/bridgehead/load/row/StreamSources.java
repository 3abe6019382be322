package io.bridgehead.load.row;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Connections that send without a pause until this is closed; a thread for each. */
final class StreamSources implements AutoCloseable {
    private static final int BYTES_AT_ONCE = 1 << 18;

    private final List<SocketChannel> channels;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch broken = new CountDownLatch(1);

    private StreamSources(List<SocketChannel> channels) {
        this.channels = channels;
    }

    static StreamSources start(int port, int count) throws IOException {
        StreamSources sources = new StreamSources(new ArrayList<>());
        try {
            for (int i = 0; i < count; i++) {
                sources.channels.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            }
        } catch (IOException e) {
            sources.close();
            throw e;
        }
        for (SocketChannel channel : sources.channels) {
            sources.threads.add(Thread.ofPlatform().daemon().name("source").start(() -> sources.send(channel)));
        }
        return sources;
    }

    private void send(SocketChannel channel) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES_AT_ONCE);
        try {
            while (true) {
                channel.write(bytes.clear());
            }
        } catch (IOException e) {
            // Closed, by this side when all is done.
            broken.countDown();
        }
    }

    /** @throws IllegalStateException if a stream breaks in this time */
    void runFor(long millis) {
        try {
            if (broken.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("a TCP stream has broken");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        try {
            for (Thread thread : threads) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
