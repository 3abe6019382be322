package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks names up in the hosts file and then by DNS, on one event loop. Every lookup asks: an answer says how long it holds, which is as long as the
 * first of its records does, within bounds.
 *
 * <p><b>Limits</b>: a server has {@value #QUERY_TIMEOUT_MILLIS} ms to answer; at most {@value #QUERIES_MAX} questions
 * for one name.
 */
public final class DnsLookup implements NameLookup, AutoCloseable {
    private static final long QUERY_TIMEOUT_MILLIS = 2000;
    private static final int QUERIES_MAX = 8;

    private final Settings settings;
    private final Lives lives = new Lives();
    private final DnsNameResolver resolver;

    private DnsLookup(Settings settings, DnsNameResolverBuilder builder) {
        this.settings = settings;
        this.resolver = builder.resolveCache(lives).build();
    }

    /**
     * Whom to ask, and how long to believe it.
     *
     * @param servers asked in this order; empty for those of the system
     * @param lifeMin for an answer that says less, or nothing
     * @param lifeMax for an answer that says more
     */
    public record Settings(List<InetSocketAddress> servers, Duration lifeMin, Duration lifeMax) {
        /** The system's servers. */
        public static final Settings SYSTEM = new Settings(List.of(), Duration.ofSeconds(5), Duration.ofMinutes(5));

        public Settings {
            servers = List.copyOf(servers);
        }

        private Duration within(Duration life) {
            return life.compareTo(lifeMin) < 0 ? lifeMin : life.compareTo(lifeMax) > 0 ? lifeMax : life;
        }
    }

    /**
     * Reads the system's hosts file and resolver settings, which may touch the disk: not to be called on a loop that
     * serves.
     */
    public static DnsLookup on(Loop loop, Settings settings) {
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop.netty())
                .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS)
                .maxQueriesPerResolve(QUERIES_MAX);
        switch (Transport.best()) {
            case EPOLL ->
                builder.datagramChannelType(EpollDatagramChannel.class).socketChannelType(EpollSocketChannel.class);
            case NIO -> builder.datagramChannelType(NioDatagramChannel.class).socketChannelType(NioSocketChannel.class);
        }
        if (!settings.servers.isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(settings.servers));
        }
        return new DnsLookup(settings, builder);
    }

    @Override
    public void lookup(String host, Answer answer) {
        resolver.resolveAll(host).addListener((Future<List<InetAddress>> done) -> {
            if (done.isSuccess() && !done.getNow().isEmpty()) {
                answer.found(List.copyOf(done.getNow()), settings.within(lives.take(done.getNow())));
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

    /** Keeps no answers, but for how long each holds until it is taken; on the resolver's event loop. */
    private static final class Lives implements DnsCache {
        private static final int WAITING_MAX = 1024;

        private final Map<String, Long> seconds = new HashMap<>();

        /** The shortest life of these addresses; zero when nothing is known, as of those from the hosts file. */
        Duration take(List<InetAddress> found) {
            long least = Long.MAX_VALUE;
            for (InetAddress address : found) {
                Long life = seconds.get(nameOf(address));
                least = Math.min(least, life == null ? 0 : life);
            }
            found.forEach(address -> seconds.remove(nameOf(address)));
            return Duration.ofSeconds(least);
        }

        /** The name that it was made with: asking for it must never ask the system. */
        private static String nameOf(InetAddress address) {
            String text = address.toString();
            return text.substring(0, text.indexOf('/'));
        }

        @Override
        public DnsCacheEntry cache(
                String hostname, DnsRecord[] additionals, InetAddress address, long ttl, EventLoop loop) {
            if (seconds.size() >= WAITING_MAX) {
                seconds.clear(); // lookups that failed in the end leave theirs behind
            }
            seconds.merge(nameOf(address), ttl, Math::min);
            return NoopDnsCache.INSTANCE.cache(hostname, additionals, address, ttl, loop);
        }

        @Override
        public DnsCacheEntry cache(String hostname, DnsRecord[] additionals, Throwable cause, EventLoop loop) {
            return NoopDnsCache.INSTANCE.cache(hostname, additionals, cause, loop);
        }

        @Override
        public List<? extends DnsCacheEntry> get(String hostname, DnsRecord[] additionals) {
            return NoopDnsCache.INSTANCE.get(hostname, additionals);
        }

        @Override
        public void clear() {
            seconds.clear();
        }

        @Override
        public boolean clear(String hostname) {
            return seconds.remove(hostname) != null;
        }
    }
}
