package io.bridgehead.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.hpack.FieldBlockWriter;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OutgoingHeadersTest {
    static Stream<OutgoingHeaders> heads() {
        return Stream.of(
                request("GET", 0),
                request("get-with-a-longer-name", 0),
                request("CONNECT", RequestMark.CONNECT.bit()),
                request("GET", RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit()),
                OutgoingHeaders.response(new ResponseHead(200, fields())),
                OutgoingHeaders.response(new ResponseHead(418, fields())),
                OutgoingHeaders.response(new ResponseHead(7, fields())),
                OutgoingHeaders.trailers(fields()),
                OutgoingHeaders.headTooLarge());
    }

    private static OutgoingHeaders request(String method, int marks) {
        return OutgoingHeaders.request(new RequestHead(method, "http", "shop.example", "/a?b=c", fields(), marks));
    }

    private static HeaderFields fields() {
        HeaderFields fields = new HeaderFields();
        fields.add("host", "other.example");
        fields.add("connection", "close");
        fields.add("te", "trailers");
        fields.add("x-node", "a");
        fields.add("content-length", "5");
        return fields;
    }

    @ParameterizedTest
    @MethodSource("heads")
    void isAsLargeAsWhatIsWritten(OutgoingHeaders head) {
        FieldBlockWriter block = new FieldBlockWriter();
        block.begin();
        head.writeTo(block);
        assertThat(head.listSize()).isEqualTo(block.listSize());
        assertThat(head.isLargerThan(block.listSize())).isFalse();
        assertThat(head.isLargerThan(block.listSize() - 1)).isTrue();
    }
}
