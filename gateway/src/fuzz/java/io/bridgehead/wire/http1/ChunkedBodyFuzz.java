package io.bridgehead.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.provider.MethodSource;

/** A chunked body gets the same verdict, the same bytes and the same end wherever it is cut. */
final class ChunkedBodyFuzz {
    @MethodSource("io.bridgehead.corpus.Seeds#chunkedBodies")
    @FuzzTest(maxDuration = "3s")
    void cutsDoNotMatter(byte[] bytes) {
        assertThat(read(bytes, 1)).isEqualTo(read(bytes, Math.max(1, bytes.length)));
    }

    private static String read(byte[] bytes, int piece) {
        BodyReader reader = new BodyReader(WireLimits.edge(), true);
        reader.chunked();
        StringBuilder body = new StringBuilder();
        ByteBuf in = Unpooled.buffer(Math.max(1, bytes.length));
        for (int at = 0; at < bytes.length; at += piece) {
            in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
            BodyReader.Step step = steps(reader, in, body);
            if (step == BodyReader.Step.BROKEN) {
                return body + " broken";
            }
            if (step == BodyReader.Step.END) {
                return body + " ended at " + in.readerIndex() + reader.trailers();
            }
        }
        return body + " more";
    }

    private static BodyReader.Step steps(BodyReader reader, ByteBuf in, StringBuilder body) {
        while (in.isReadable()) {
            BodyReader.Step step = reader.next(in);
            if (step != BodyReader.Step.PIECE) {
                return step;
            }
            ByteBuf piece = reader.takePiece();
            body.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }
        return BodyReader.Step.NEED_MORE;
    }
}
