package io.bridgehead.loop;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** What the operating system offers: epoll where it is there, the JDK's selector elsewhere. */
public enum Transport {
    EPOLL(EpollSocketChannel.class),
    NIO(NioSocketChannel.class);

    private final Class<? extends SocketChannel> socketChannel;

    Transport(Class<? extends SocketChannel> socketChannel) {
        this.socketChannel = socketChannel;
    }

    /** The best one here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    io.vertx.core.transport.Transport ofVertx() {
        return this == EPOLL ? new LastingEpoll() : io.vertx.core.transport.Transport.NIO;
    }

    Class<? extends SocketChannel> socketChannel() {
        return socketChannel;
    }

    ServerChannel newServerSocketChannel() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    /** A socket that listens already; with {@link #EPOLL} only. */
    ServerChannel adopt(int file) {
        return new EpollServerSocketChannel(file);
    }

    Class<? extends Channel> unixChannel() {
        return this == EPOLL ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    }

    SocketAddress unixAddress(Path socket) {
        return this == EPOLL ? new DomainSocketAddress(socket.toString()) : UnixDomainSocketAddress.of(socket);
    }

    DatagramChannel newDatagramChannel() {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel();
            case NIO -> new NioDatagramChannel();
        };
    }
}
