package io.bridgehead.wire.preface;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A PROXY header gets the same verdict wherever it is cut, and is never longer than what is there. */
final class ProxyHeaderFuzz {
    @FuzzTest(maxDuration = "3s")
    void cutsDoNotMatter(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        ProxyHeaderReader.Result whole = ProxyHeaderReader.read(in);
        if (whole instanceof ProxyHeaderReader.Header header) {
            assertThat(header.bytes()).isBetween(1, bytes.length);
        }
        for (int length = 1; length <= bytes.length; length++) {
            ProxyHeaderReader.Result part = ProxyHeaderReader.read(in.slice(0, length));
            if (!(part instanceof ProxyHeaderReader.More)) {
                assertThat(part.getClass()).isEqualTo(whole.getClass());
                return;
            }
        }
    }
}
