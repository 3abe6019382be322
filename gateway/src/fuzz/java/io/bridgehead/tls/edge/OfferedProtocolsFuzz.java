package io.bridgehead.tls.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a ClientHello offers, looking at it ends with a word and leaves it as it is; and a client lacks nothing if nothing is served. */
final class OfferedProtocolsFuzz {
    private static final int HEADS = 9;

    @MethodSource("hellos")
    @FuzzTest(maxDuration = "3s")
    void endsWithAWord(byte[] bytes) {
        ByteBuf hello = Unpooled.wrappedBuffer(bytes);
        boolean both = OfferedProtocols.lack(List.of("h2", "http/1.1"), hello);
        boolean one = OfferedProtocols.lack(List.of("http/1.1"), hello);
        assertThat(hello.readableBytes()).isEqualTo(bytes.length);
        assertThat(both).as("whoever finds none of two finds not one of them").matches(lacks -> !lacks || one);
    }

    static Stream<Arguments> hellos() throws NoSuchAlgorithmException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("shop.example", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().position(HEADS).remaining()];
        hello.get(bytes);
        return Stream.of(Arguments.of((Object) bytes));
    }
}
