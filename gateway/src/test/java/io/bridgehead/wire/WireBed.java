package io.bridgehead.wire;

import io.bridgehead.loop.Acceptor;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** One loop with listening sockets on it and connections from it, for tests on real loopback sockets. */
final class WireBed implements AutoCloseable {
    static final int WAIT_SECONDS = 20;

    private final Loops loops;
    private final Loop loop;
    private final List<Channel> channels = new ArrayList<>();

    WireBed() {
        loops = Loops.start(1);
        LeakWatch.start();
        loop = loops.all().getFirst();
    }

    Loop loop() {
        return loop;
    }

    /** Listens, and gives the port. */
    int listen(BiConsumer<Loop, Channel> accepted) {
        Channel server = Acceptor.bind(
                        loop,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        128,
                        channel -> loop,
                        accepted::accept,
                        failure -> {})
                .syncUninterruptibly()
                .channel();
        channels.add(server);
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Connects, and gives what is made of the channel on the loop. */
    <T> T connect(int port, Function<Channel, T> made) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Channel channel = loop.client(2000)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.pipeline().remove(this);
                        result.complete(made.apply(ctx.channel()));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
        channels.add(channel);
        return await(result);
    }

    /** Runs something on the loop and gives its result. */
    <T> T on(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return await(result);
    }

    void run(Runnable task) {
        on(() -> {
            task.run();
            return true;
        });
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("not within " + WAIT_SECONDS + " s", e);
        }
    }

    /** Waits until a condition holds on the loop. */
    void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (!on(condition::getAsBoolean)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("condition did not come to hold");
            }
            Thread.onSpinWait();
        }
    }

    static Socket socket(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
        socket.setTcpNoDelay(true);
        return socket;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        await(loops.close().toCompletionStage().toCompletableFuture());
    }
}
