package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop: the thread that owns an exchange from its first byte to its last, and all connections the exchange uses.
 *
 * <p><b>Threads</b>: {@link #execute} and {@link #isCurrent} from any thread; everything else on the loop itself.
 *
 * <p><b>Flushes</b>: writers put themselves on a list by {@link #flushLater}; the list is worked off once at the end of the
 * turn, so that what one turn wrote to a connection leaves by one system call (and one TLS record).
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Loop {
    private static final int DATAGRAM_BYTES_MAX = 64 * 1024;

    private final int index;
    private final Context context;
    private final EventLoop netty;
    private final Transport transport;
    private final Supervisor supervisor;
    private final ArrayDeque<Flushable> dirty = new ArrayDeque<>();
    private final Runnable flushAll = this::flushAll;
    private final TurnBuffers buffers = new TurnBuffers();
    private final ReceiveBuffers receiveBuffers = new ReceiveBuffers(new AdaptiveRecvByteBufAllocator());
    private boolean flushScheduled;
    private boolean clockStands;
    private long standsAt;

    Loop(int index, Context context, EventLoop netty, Transport transport, Supervisor supervisor) {
        this.index = index;
        this.context = context;
        this.netty = netty;
        this.transport = transport;
        this.supervisor = supervisor;
    }

    /** The number of this loop in its node, from 0. */
    public int index() {
        return index;
    }

    /** The Vert.x context that runs on this loop. */
    public Context context() {
        return context;
    }

    /** The Netty event loop behind it. */
    public EventLoop netty() {
        return netty;
    }

    /** Whether the caller runs on this loop. */
    public boolean isCurrent() {
        return netty.inEventLoop();
    }

    /** Runs a task on this loop, soon; at once would break the order of events, so it never is. */
    public void execute(Runnable task) {
        netty.execute(task);
    }

    /** Runs a task on this loop after so many milliseconds. */
    public Timer after(long millis, Runnable task) {
        ScheduledFuture<?> future = netty.schedule(task, millis, TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    /** Runs a task on this loop again and again, so many milliseconds after its last end. */
    public Timer every(long millis, Runnable task) {
        ScheduledFuture<?> future = netty.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    Transport transport() {
        return transport;
    }

    Supervisor supervisor() {
        return supervisor;
    }

    /** Buffers for what is written in one turn. */
    public TurnBuffers buffers() {
        return buffers;
    }

    ReceiveBuffers receiveBuffers() {
        return receiveBuffers;
    }

    /** A monotone clock in nanoseconds; it may stand still while something is read, see {@link #stopClock}. */
    public long nanoTime() {
        return clockStands ? standsAt : System.nanoTime();
    }

    /** Has the clock stand still: all that comes of one read happens at one moment, and the time is asked for once. */
    public void stopClock() {
        standsAt = System.nanoTime();
        clockStands = true;
    }

    /** Has the clock go on. */
    public void startClock() {
        clockStands = false;
    }

    /** Has {@link Flushable#flushNow} called at the end of this turn. The caller keeps itself from asking twice. */
    public void flushLater(Flushable flushable) {
        assert isCurrent();
        dirty.add(flushable);
        if (!flushScheduled) {
            flushScheduled = true;
            netty.execute(flushAll);
        }
    }

    private void flushAll() {
        flushScheduled = false;
        for (@Nullable Flushable next = dirty.poll(); next != null; next = dirty.poll()) {
            flush(next);
        }
    }

    /** One that fails must not keep the others' bytes back; its connection is closed by its own error handling. */
    private void flush(Flushable next) {
        try {
            next.flushNow();
        } catch (RuntimeException e) {
            Thread current = Thread.currentThread();
            Thread.UncaughtExceptionHandler handler = current.getUncaughtExceptionHandler();
            if (handler != null) {
                handler.uncaughtException(current, e);
            }
        }
    }

    /**
     * A socket for datagrams of up to 64 KiB, which is all that UDP has, registered with this loop but neither bound nor connected. It is bound
     * without SO_REUSEPORT.
     *
     * @param handler the only one in its pipeline
     */
    public DatagramChannel datagrams(ChannelHandler handler) {
        assert isCurrent();
        DatagramChannel channel = transport.newDatagramChannel();
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX));
        channel.pipeline().addLast(handler);
        ChannelFuture registered = netty.register(channel);
        if (registered.isDone() && !registered.isSuccess()) {
            throw new ChannelException("no socket for datagrams", registered.cause());
        }
        return channel;
    }

    /** A bootstrap for a connection over a Unix socket that this loop opens. */
    public Bootstrap client(Path socket, int connectTimeoutMillis) {
        return new Bootstrap()
                .group(netty)
                .channel(transport.unixChannel())
                .remoteAddress(transport.unixAddress(socket))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis);
    }

    /** A bootstrap for connections that this loop opens. */
    public Bootstrap client(int connectTimeoutMillis) {
        return new Bootstrap()
                .group(netty)
                .channel(transport.socketChannel())
                .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
}
