package io.bridgehead.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** A head gets the same verdict wherever it is cut, and what is accepted reads back the same when it is written again. */
final class RequestHeadFuzz {
    /** Longer inputs are cut into pieces of this size, shorter ones into bytes. */
    private static final int LONG = 512;

    @MethodSource("io.bridgehead.corpus.Seeds#requests")
    @FuzzTest(maxDuration = "3s")
    void cutsDoNotMatterAndHeadsReadBack(byte[] bytes) {
        HeadIntake whole = new HeadIntake(WireLimits.edge(), "http");
        RequestHead head = whole.next(Unpooled.copiedBuffer(bytes));
        assertThat(cut(bytes)).isEqualTo(verdict(whole, head));
        if (head != null && !head.isConnect() && !head.authority().isEmpty()) {
            readsBack(head);
        }
    }

    private static String cut(byte[] bytes) {
        HeadIntake intake = new HeadIntake(WireLimits.edge(), "http");
        ByteBuf in = Unpooled.buffer(bytes.length);
        int piece = bytes.length > LONG ? LONG : 1;
        for (int at = 0; at < bytes.length; at += piece) {
            in.writeBytes(bytes, at, Math.min(piece, bytes.length - at));
            RequestHead head = intake.next(in);
            if (head != null || intake.fault() != null) {
                return verdict(intake, head);
            }
        }
        return verdict(intake, null);
    }

    private static String verdict(HeadIntake intake, @Nullable RequestHead head) {
        return head != null
                ? head.method()
                        + ' '
                        + head.scheme()
                        + ' '
                        + head.authority()
                        + ' '
                        + head.path()
                        + fields(head.fields())
                : intake.fault() == null ? "more" : "refused";
    }

    private static void readsBack(RequestHead head) {
        ByteBuf written = Unpooled.buffer();
        HeadWriter.request(head).fields(head.fields(), true).writeTo(written);
        HeadIntake again = new HeadIntake(WireLimits.tunnel(), "http");
        RequestHead read = again.next(written);
        assertThat(read).as("refused: %s", again.fault()).isNotNull();
        assertThat(written.isReadable()).isFalse();
        if (read != null) {
            assertThat(read.method()).isEqualTo(head.method());
            assertThat(read.authority()).isEqualTo(head.authority());
            assertThat(read.path()).isEqualTo(head.path());
            assertThat(fields(read.fields())).isEqualTo(fields(head.fields()));
        }
    }

    private static List<String> fields(HeaderFields fields) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            lines.add(fields.name(i) + ": " + fields.value(i));
        }
        return lines.stream().sorted().toList();
    }
}
