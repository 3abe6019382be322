package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Raw connections joined by two pumps. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class ByteStreamTest {
    private final WireBed bed = new WireBed();
    private final List<String> events = new ArrayList<>();

    private final class Named implements PumpEvents {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void onEnded(Pump pump) {
            events.add(name + " ended after " + pump.bytes());
        }

        @Override
        public void onReset(Pump pump, StreamReset reset) {
            events.add(name + " " + reset);
        }
    }

    /** Joins each accepted connection with one to the endpoint. */
    private int forwardTo(int endpoint) {
        return bed.listen((loop, channel) -> {
            channel.config().setAutoRead(false);
            loop.client(2000)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(InetAddress.getLoopbackAddress(), endpoint)
                    .addListener((ChannelFutureListener) connected -> {
                        ByteStream down = ByteStream.over(loop, channel, WireLimits.edge());
                        ByteStream up = ByteStream.over(loop, connected.channel(), WireLimits.edge());
                        Pump there = new Pump(down, up, new Named("there"));
                        Pump back = new Pump(up, down, new Named("back"));
                        Pump.join(there, back);
                        down.start(there);
                        up.start(back);
                    });
        });
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void halfCloseIsKeptBothWays() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            String all = peer.rest();
            peer.send("got " + all.length());
        })) {
            try (RawHttp client = RawHttp.connect(forwardTo(endpoint.port()))) {
                client.send(new byte[3_000_000]).endOutput();
                assertThat(client.rest()).isEqualTo("got 3000000");
            }
        }
        bed.until(() -> events.size() == 2);
        assertThat(events).containsExactly("there ended after 3000000", "back ended after 11");
    }

    @Test
    void lastBytesThatNobodyReadsAreGivenUp() throws Exception {
        List<Channel> accepted = new ArrayList<>();
        int port = bed.listen((loop, channel) -> {
            accepted.add(channel);
            ByteStream stream = ByteStream.over(loop, channel, WireLimits.edge().withLastBytes(300));
            stream.close(Chunk.of(new byte[32 << 20]));
        });
        try (RawHttp client = RawHttp.connect(port)) {
            bed.until(() -> !accepted.isEmpty() && !accepted.getFirst().isOpen());
            assertThatThrownBy(client::rest).isInstanceOfAny(IOException.class, UncheckedIOException.class);
        }
    }

    @Test
    void aSlowReaderStopsTheOtherSide() throws Exception {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.send(new byte[50_000_000]);
            peer.endOutput();
            peer.rest();
        })) {
            try (RawHttp client = RawHttp.connect(forwardTo(endpoint.port()))) {
                int read = 0;
                while (read < 50_000_000) {
                    read += client.socket().getInputStream().readNBytes(1_000_000).length;
                }
                assertThat(client.endOutput().rest()).isEmpty();
            }
        }
        bed.until(() -> events.size() == 2);
    }

    @Test
    void aResetIsPassedOnAsAReset() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.line();
            peer.socket().setSoLinger(true, 0);
        })) {
            try (RawHttp client = RawHttp.connect(forwardTo(endpoint.port()))) {
                client.send("hello\n");
                assertThatThrownBy(client::rest).isInstanceOf(IOException.class);
            }
        }
        bed.until(() -> !events.isEmpty());
        assertThat(events).containsExactly("back PEER_RESET");
    }
}
