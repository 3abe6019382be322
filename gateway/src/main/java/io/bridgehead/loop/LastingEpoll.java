package io.bridgehead.loop;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.transport.Transport;

/**
 * Epoll as Vert.x's loops have it, where a channel that waits for no event at the moment stays in the system's set.
 *
 * <p>Netty (4.2.18 to 4.2.20) takes a descriptor out of the set when its channel wants to hear of nothing, and then changes what is not there any
 * more: ENOENT, and what was still to be written is dropped and the output ended. A connection wants to hear of nothing once its peer has ended its
 * direction and has taken all that was written, so the next answer that is longer than the system's buffers came out cut. Here such a channel asks
 * for nothing but {@code EPOLLET}: it stays in the set, and the system tells of errors alone, once each.
 */
final class LastingEpoll extends EpollTransport implements Transport {
    @Override
    public String name() {
        return EPOLL.name();
    }

    @Override
    public boolean available() {
        return isAvailable();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return this;
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        IoHandlerFactory netty = super.ioHandlerFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new Lasting(netty.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return netty.isChangingThreadSupported();
            }
        };
    }

    private record Lasting(IoHandler netty) implements IoHandler {
        @Override
        public void initialize() {
            netty.initialize();
        }

        @Override
        public int run(IoHandlerContext context) {
            return netty.run(context);
        }

        @Override
        public void prepareToDestroy() {
            netty.prepareToDestroy();
        }

        @Override
        public void destroy() {
            netty.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new Registered(netty.register(handle));
        }

        @Override
        public void wakeup() {
            netty.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return netty.isCompatible(type);
        }
    }

    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Registered implements IoRegistration {
        private final IoRegistration netty;
        private boolean inTheSet;

        Registered(IoRegistration netty) {
            this.netty = netty;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the interface asks for it
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = ((EpollIoOps) ops).value() == EpollIoOps.NONE.value();
            if (!nothing) {
                inTheSet = true;
            }
            return netty.submit(nothing && inTheSet ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
