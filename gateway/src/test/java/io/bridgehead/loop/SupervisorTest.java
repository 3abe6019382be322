package io.bridgehead.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OwnedBy(Owner.CONFINED)
final class SupervisorTest {
    @TempDir
    Path folder;

    private final Loops plain = Loops.start(1);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void end() throws Exception {
        plain.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Supervisor supervisor(Map<String, Integer> handedOver) throws Exception {
        return supervisor(handedOver, 1);
    }

    private Supervisor supervisor(Map<String, Integer> handedOver, int keptMax) throws Exception {
        EpollDomainDatagramChannel channel = new EpollDomainDatagramChannel();
        channel.pipeline().addLast(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                told.add(packet.content().toString(StandardCharsets.UTF_8));
            }
        });
        plain.all().getFirst().netty().register(channel).sync();
        Path socket = folder.resolve("notify");
        channel.bind(new DomainSocketAddress(socket.toString())).sync();
        return new Supervisor(NotifySocket.to(socket.toString()), handedOver, keptMax, told::add);
    }

    private String next() throws InterruptedException {
        String message = told.poll(20, TimeUnit.SECONDS);
        return message == null ? "nothing" : message;
    }

    @Test
    void itIsToldWhatHappens() throws Exception {
        Supervisor supervisor = supervisor(Map.of());
        supervisor.starting(Duration.ofMinutes(5));
        supervisor.ready();
        supervisor.alive();
        supervisor.stopping();
        assertThat(next()).isEqualTo("EXTEND_TIMEOUT_USEC=300000000");
        assertThat(next()).isEqualTo("READY=1");
        assertThat(next()).isEqualTo("WATCHDOG=1");
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void aPortIsKeptOverTheEndOfTheProcessAndForgottenWhenItIsClosedBefore() throws Exception {
        Supervisor supervisor = supervisor(Map.of());
        Loops loops = Loops.start(1, supervisor);
        InetSocketAddress one = freeAddress();
        InetSocketAddress other = freeAddress();
        Channel first = bind(loops, one);
        assertThat(next()).isEqualTo("FDSTORE=1\nFDNAME=tcp-127.0.0.1-" + one.getPort());
        first.close().sync();
        assertThat(next()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=tcp-127.0.0.1-" + one.getPort());
        Channel second = bind(loops, other);
        assertThat(next()).startsWith("FDSTORE=1");
        supervisor.stopping();
        second.close().sync();
        assertThat(next()).isEqualTo("STOPPING=1");
        supervisor.alive();
        assertThat(next()).isEqualTo("WATCHDOG=1");
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSocketThatWasHandedOverIsServedAndOneThatNobodyWantsIsClosed() throws Exception {
        io.netty.channel.unix.Socket wanted = listening();
        io.netty.channel.unix.Socket unwanted = listening();
        String other = name(unwanted);
        Supervisor supervisor = supervisor(Map.of(name(wanted), wanted.intValue(), other, unwanted.intValue()));
        Loops loops = Loops.start(1, supervisor);
        try (Socket waiting = new Socket(
                InetAddress.getLoopbackAddress(), wanted.localAddress().getPort())) {
            BlockingQueue<String> served = new LinkedBlockingQueue<>();
            Acceptor.bind(
                            loops.all().getFirst(),
                            wanted.localAddress(),
                            16,
                            _ -> loops.all().getFirst(),
                            (_, channel) -> served.add(String.valueOf(channel.remoteAddress())),
                            cause -> served.add(cause.toString()))
                    .sync();
            assertThat(served.poll(20, TimeUnit.SECONDS)).contains(":" + waiting.getLocalPort());
        }
        assertThat(next()).isEqualTo("FDSTORE=1\nFDNAME=" + name(wanted));
        supervisor.ready();
        assertThat(next()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=" + other);
        assertThat(next()).isEqualTo("READY=1");
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatWasHandedOverIsServedAndForgottenWhereNothingIsKept() throws Exception {
        io.netty.channel.unix.Socket wanted = listening();
        Supervisor supervisor = supervisor(Map.of(name(wanted), wanted.intValue()), 0);
        Loops loops = Loops.start(1, supervisor);
        Channel adopted = bind(loops, wanted.localAddress());
        assertThat(adopted.localAddress()).isEqualTo(wanted.localAddress());
        assertThat(next()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=" + name(wanted));
        assertThat(supervisor.keepsSockets()).isFalse();
        supervisor.ready();
        assertThat(next()).isEqualTo("READY=1");
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSocketThatIsInTheWayIsLetGoBeforeAnotherAddressOfItsPortIsBound() throws Exception {
        io.netty.channel.unix.Socket before = listening();
        int port = before.localAddress().getPort();
        Supervisor supervisor = supervisor(Map.of(name(before), before.intValue()));
        Loops loops = Loops.start(1, supervisor);
        Channel bound = bind(loops, new InetSocketAddress(port));
        assertThat(next()).isEqualTo("FDSTOREREMOVE=1\nFDNAME=tcp-127.0.0.1-" + port);
        assertThat(next()).isEqualTo("FDSTORE=1\nFDNAME=tcp-0.0.0.0-" + port);
        assertThat(bound.isActive()).isTrue();
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aPortIsBoundAgainAlthoughItIsOpenElsewhereForAMoment() throws Exception {
        Supervisor supervisor = supervisor(Map.of());
        Loops loops = Loops.start(1, supervisor);
        InetSocketAddress address = freeAddress();
        Channel first = bind(loops, address);
        assertThat(next()).startsWith("FDSTORE=1");
        first.close().sync();
        assertThat(next()).startsWith("FDSTOREREMOVE=1");
        io.netty.channel.unix.Socket held = io.netty.channel.unix.Socket.newSocketStream();
        held.setReuseAddress(true);
        held.bind(address);
        held.listen(16);
        plain.all()
                .getFirst()
                .execute(() -> plain.all().getFirst().after(300, () -> {
                    try {
                        held.close();
                    } catch (IOException e) {
                        told.add(e.toString());
                    }
                }));
        assertThat(bind(loops, address).isActive()).isTrue();
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void moreThanItKeepsIsLogged() throws Exception {
        Supervisor supervisor = supervisor(Map.of());
        Loops loops = Loops.start(1, supervisor);
        assertThat(supervisor.keepsSockets()).isFalse();
        bind(loops, freeAddress());
        assertThat(next()).startsWith("FDSTORE=1");
        assertThat(supervisor.keepsSockets()).isTrue();
        bind(loops, freeAddress());
        assertThat(next() + next()).contains("keeps 1 listening sockets and not also tcp-127.0.0.1-");
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void withoutOneNothingHappensAndANameThatCannotBeIsRefused() throws Exception {
        assertThat(Supervisor.of(Map.of(), told::add)).isSameAs(Supervisor.NONE);
        Supervisor.NONE.ready();
        assertThatThrownBy(() -> Supervisor.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234"), told::add))
                .isInstanceOf(IOException.class)
                .hasMessage("NOTIFY_SOCKET=vsock:2:1234: expected a path or an abstract name");
    }

    private static String name(io.netty.channel.unix.Socket socket) {
        return "tcp-127.0.0.1-" + socket.localAddress().getPort();
    }

    /** Listens, and belongs to nobody, as after the end of a process. */
    private static io.netty.channel.unix.Socket listening() throws IOException {
        io.netty.channel.unix.Socket socket = io.netty.channel.unix.Socket.newSocketStream();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(16);
        return socket;
    }

    private static InetSocketAddress freeAddress() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
    }

    private static Channel bind(Loops loops, InetSocketAddress address) throws Exception {
        Loop loop = loops.all().getFirst();
        return Acceptor.bind(loop, address, 16, _ -> loop, (_, channel) -> channel.close(), _ -> {})
                .sync()
                .channel();
    }
}
