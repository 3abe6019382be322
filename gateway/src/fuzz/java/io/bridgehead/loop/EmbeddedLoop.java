package io.bridgehead.loop;

import io.netty.channel.embedded.EmbeddedChannel;
import org.jspecify.annotations.NullUnmarked;

/** Makes a loop of the one that an embedded channel has, which does what waits when it is told to, on the thread that tells it. */
@NullUnmarked // nothing asks for a Vert.x context
public final class EmbeddedLoop {
    private EmbeddedLoop() {}

    /** The loop of this channel; timers of its connections never fire. */
    public static Loop of(EmbeddedChannel channel) {
        channel.freezeTime();
        return new Loop(0, null, channel.eventLoop(), Transport.NIO, Supervisor.NONE);
    }
}
