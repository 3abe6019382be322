package io.bridgehead.loop;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * The event loops of one node, and the door to what Vert.x keeps internal: the Netty event loop of a context.
 *
 * <p><b>Life cycle</b>: {@link #start} makes them, {@link #close} ends them and waits at most for the time given.
 */
public final class Loops {
    private final Vertx vertx;
    private final Transport transport;
    private final List<Loop> loops;
    private final Loop control;
    private final Supervisor supervisor;

    private Loops(Vertx vertx, Transport transport, List<Loop> loops, Loop control, Supervisor supervisor) {
        this.vertx = vertx;
        this.supervisor = supervisor;
        this.transport = transport;
        this.loops = List.copyOf(loops);
        this.control = control;
    }

    /**
     * Starts Vert.x with so many data-path loops and one more for control work.
     *
     * @param count 1 or more
     */
    public static Loops start(int count) {
        return start(count, Supervisor.NONE);
    }

    /** As {@link #start(int)}, in a process that a service manager started. */
    public static Loops start(int count, Supervisor supervisor) {
        Transport transport = Transport.best();
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(count + 1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        Vertx vertx =
                Vertx.builder().with(options).withTransport(transport.ofVertx()).build();
        List<Loop> all = distinctLoops(vertx, count + 1, transport, supervisor);
        return new Loops(vertx, transport, all.subList(0, count), all.get(count), supervisor);
    }

    private static List<Loop> distinctLoops(Vertx vertx, int count, Transport transport, Supervisor supervisor) {
        List<Loop> loops = new ArrayList<>();
        while (loops.size() < count) {
            ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
            EventLoop netty = context.nettyEventLoop();
            if (loops.stream().noneMatch(loop -> loop.netty().equals(netty))) {
                loops.add(new Loop(loops.size(), context, netty, transport, supervisor));
            }
        }
        return loops;
    }

    /** The data-path loops. */
    public List<Loop> all() {
        return loops;
    }

    /** The Vert.x instance, for the admin server and the blocking pool. */
    public Vertx vertx() {
        return vertx;
    }

    /** The transport in use. */
    public Transport transport() {
        return transport;
    }

    /** Who started the process. */
    public Supervisor supervisor() {
        return supervisor;
    }

    /** The loop that no exchange runs on: for control, failover and the admin server. Its index is the number of the others. */
    public Loop control() {
        return control;
    }

    /** Ends all loops; their connections are closed by the system. Completes when they have ended. */
    public Future<Void> close() {
        return vertx.close();
    }
}
