package io.bridgehead.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import java.util.function.BiConsumer;

/**
 * Health messages over a topic, whose publisher never waits. A message is its type, 1 byte, and a record; a hello has
 * no record and asks the others for their last one.
 */
final class HealthTopic {
    private static final byte HELLO = 0;
    private static final byte HEALTH = 1;

    private final ITopic<byte[]> topic;

    HealthTopic(HazelcastInstance member) {
        this.topic = member.getTopic(MemberConfig.HEALTH);
    }

    /** Listens for others, on Hazelcast's thread. */
    void listen(BiConsumer<Bytes, String> onHealth, Runnable onHello) {
        var _ = topic.addMessageListener(message -> {
            byte[] bytes = message.getMessageObject();
            if (isFromOthers(message) && bytes.length > 0) {
                if (bytes[0] == HELLO) {
                    onHello.run();
                } else if (bytes[0] == HEALTH) {
                    onHealth.accept(Bytes.wrap(bytes).slice(1, bytes.length - 1), carrier(message));
                }
            }
        });
    }

    void hello() {
        topic.publish(new byte[] {HELLO});
    }

    void publish(EncodedRecord health) {
        byte[] message = new byte[1 + health.bytes().size()];
        message[0] = HEALTH;
        health.bytes().asBuffer().get(message, 1, health.bytes().size());
        topic.publish(message);
    }

    private static boolean isFromOthers(Message<byte[]> message) {
        Member from = message.getPublishingMember();
        return from == null || !from.localMember();
    }

    private static String carrier(Message<byte[]> message) {
        Member from = message.getPublishingMember();
        return from == null ? "a member that left" : String.valueOf(from.getAddress());
    }
}
