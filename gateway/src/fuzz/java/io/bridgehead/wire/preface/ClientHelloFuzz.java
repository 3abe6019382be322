package io.bridgehead.wire.preface;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A ClientHello gets the same verdict wherever it is cut. */
final class ClientHelloFuzz {
    @MethodSource("hellos")
    @FuzzTest(maxDuration = "3s")
    void cutsDoNotMatter(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        ClientHelloReader.Result whole = new ClientHelloReader().read(in);
        ClientHelloReader reader = new ClientHelloReader();
        for (int length = 1; length <= bytes.length; length++) {
            ClientHelloReader.Result part = reader.read(in.slice(0, length));
            if (!(part instanceof ClientHelloReader.More)) {
                assertThat(part.getClass()).isEqualTo(whole.getClass());
                if (part instanceof ClientHelloReader.Hello hello) {
                    assertThat(hello).isEqualTo(whole);
                }
                return;
            }
        }
    }

    static Stream<Arguments> hellos() throws NoSuchAlgorithmException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("shop.example", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return Stream.of(Arguments.of((Object) bytes));
    }
}
