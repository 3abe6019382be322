package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Transport;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;

/**
 * Looks names up in the hosts file and then by DNS, with the servers and search domains of the system, on one event
 * loop. Answers are kept as long as their records live, at most {@value #TTL_MAX_SECONDS} s, so asking often costs
 * nothing.
 *
 * <p><b>Limits</b>: a server has {@value #QUERY_TIMEOUT_MILLIS} ms to answer; at most {@value #QUERIES_MAX} questions
 * for one name.
 */
public final class DnsLookup implements NameLookup, AutoCloseable {
    private static final int TTL_MIN_SECONDS = 1;
    private static final int TTL_MAX_SECONDS = 300;
    private static final int NEGATIVE_TTL_SECONDS = 2;
    private static final long QUERY_TIMEOUT_MILLIS = 2000;
    private static final int QUERIES_MAX = 8;

    private final DnsNameResolver resolver;

    private DnsLookup(DnsNameResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Reads the system's hosts file and resolver settings, which may touch the disk: not to be called on a loop that
     * serves.
     */
    public static DnsLookup on(Loop loop) {
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop.netty())
                .ttl(TTL_MIN_SECONDS, TTL_MAX_SECONDS)
                .negativeTtl(NEGATIVE_TTL_SECONDS)
                .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS)
                .maxQueriesPerResolve(QUERIES_MAX);
        switch (Transport.best()) {
            case EPOLL ->
                builder.datagramChannelType(EpollDatagramChannel.class).socketChannelType(EpollSocketChannel.class);
            case NIO -> builder.datagramChannelType(NioDatagramChannel.class).socketChannelType(NioSocketChannel.class);
        }
        return new DnsLookup(builder.build());
    }

    @Override
    public void lookup(String host, Answer answer) {
        resolver.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
            if (done.isSuccess() && !done.getNow().isEmpty()) {
                answer.found(List.copyOf(done.getNow()));
            } else {
                answer.failed(done.isSuccess() ? "the answer has no address" : problemOf(done.cause()));
            }
        });
    }

    private static String problemOf(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        resolver.close();
    }
}
