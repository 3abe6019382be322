package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeldRequestTest {
    private final Rig rig = new Rig(Rig.orders());
    private final ExchangeRecord record = new ExchangeRecord(EntryPoint.http("http", rig.client()), 0);
    private final List<String> told = new ArrayList<>();
    private final StreamEvents next = new StreamEvents() {
        @Override
        public void onData(Chunk chunk, boolean end) {
            told.add(new String(chunk.toBytes(), StandardCharsets.UTF_8) + (end ? "." : ""));
            chunk.release();
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            told.add("trailers");
        }

        @Override
        public void onReset(StreamReset reset) {
            told.add(reset.name());
        }

        @Override
        public void onWritable() {
            told.add("writable");
        }
    };

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatCameIsHandedOnInOrderAndWhatComesGoesThrough() {
        HeldRequest held = new HeldRequest(rig.context, record);
        held.onData(chunk("a"), false);
        held.onData(chunk("b"), true);
        held.goOn(() -> next);
        held.onWritable();
        assertThat(told).containsExactly("a", "b.", "writable");
        assertThat(rig.ended).isEmpty();
    }

    @Test
    void aClientThatLeavesEndsIt() {
        HeldRequest held = new HeldRequest(rig.context, record, () -> told.add("gone"));
        held.onData(chunk("a"), false);
        held.onReset(StreamReset.CANCEL);
        held.goOn(() -> next);
        assertThat(told).containsExactly("gone");
        assertThat(rig.ended).hasSize(1);
    }

    @Test
    void aClientThatIsLostWhileItGoesOnIsToldOnceAndToWhoHasItThen() {
        HeldRequest held = new HeldRequest(rig.context, record, () -> told.add("gone"));
        held.onData(chunk("a"), false);
        held.goOn(() -> {
            held.onReset(StreamReset.CONNECTION_LOST);
            return next;
        });
        assertThat(told).containsExactly("a", "CONNECTION_LOST");
        assertThat(rig.ended).isEmpty();
    }
}
