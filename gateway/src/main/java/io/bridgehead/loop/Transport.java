package io.bridgehead.loop;

import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

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

    Class<? extends SocketChannel> socketChannel() {
        return socketChannel;
    }

    ServerChannel newServerSocketChannel() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    DatagramChannel newDatagramChannel() {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel();
            case NIO -> new NioDatagramChannel();
        };
    }
}
