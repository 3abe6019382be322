package io.bridgehead.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.params.provider.MethodSource;

/** What is accepted of an endpoint reads back the same when it is written again. */
final class ResponseHeadFuzz {
    private final ResponseHeadReader reader = new ResponseHeadReader(WireLimits.endpoint());

    @MethodSource("io.bridgehead.corpus.Seeds#answers")
    @FuzzTest(maxDuration = "3s")
    void headsReadBack(byte[] bytes) {
        int length = new HeadScanner()
                .find(Unpooled.wrappedBuffer(bytes), WireLimits.endpoint().headBytesMax());
        if (length <= 0) {
            return;
        }
        ResponseHead head = reader.read(Arrays.copyOf(bytes, length + 64), length);
        if (head == null) {
            return;
        }
        ByteBuf written = Unpooled.buffer();
        HeadWriter.response(head.status()).fields(head.fields(), true).writeTo(written);
        byte[] text = new byte[written.readableBytes()];
        written.readBytes(text);
        ResponseHead again = new ResponseHeadReader(WireLimits.tunnel()).read(text, text.length);
        assertThat(again).isNotNull();
        if (again != null) {
            assertThat(again.status()).isEqualTo(head.status());
            assertThat(again.fields().toString()).isEqualTo(head.fields().toString());
        }
    }
}
