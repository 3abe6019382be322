package io.bridgehead.sync;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.limit.RateWants;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other that they want of rate limits of the fabric: signed messages that travel as health does, and are kept nowhere.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RateTalk {
    private static final String SUBJECT = "/rates";

    private final Fabric fabric;
    private final LiveTls tls;
    private final HybridClock clock;
    private final long incarnation;
    private final SyncObserver observer;
    private final AtomicLong sequence = new AtomicLong();

    RateTalk(Fabric fabric, LiveTls tls, HybridClock clock, long incarnation, SyncObserver observer) {
        this.fabric = fabric;
        this.tls = tls;
        this.clock = clock;
        this.incarnation = incarnation;
        this.observer = observer;
    }

    /** What such messages of a node are of. */
    static String subject(NodeName node) {
        return node.value() + SUBJECT;
    }

    static boolean isOne(SignedRecord record) {
        return record.subject().endsWith(SUBJECT);
    }

    /** Tells the members of the cluster. @return the signed bytes, for nodes that the cluster does not reach; null when they cannot be signed */
    public byte @Nullable [] tell(NodeName self, RateWants wants) {
        HealthMessage message =
                new HealthMessage(incarnation, sequence.incrementAndGet(), RateWantsCodec.encode(wants));
        RecordSigner signer = new RecordSigner(tls.current().material());
        try {
            EncodedRecord signed =
                    Changesets.sign(message.toRecord(subject(self), signer.id().toString(), clock.next()), signer);
            fabric.tell(signed.record());
            return signed.bytes().toArray();
        } catch (SignatureException e) {
            observer.healthNotSigned(String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** What other nodes want, in order for each. */
    public void onWants(BiConsumer<NodeName, RateWants> listener) {
        fabric.onHealth(record -> {
            if (!isOne(record)) {
                return;
            }
            NodeName node = SpiffeId.parse(record.origin()).gatewayNode();
            try {
                RateWants wants = RateWantsCodec.decode(
                        HealthMessage.decode(record.body()).payload());
                if (node != null) {
                    listener.accept(node, wants);
                }
            } catch (MalformedException | IllegalArgumentException e) {
                observer.reportRefused(record.origin(), String.valueOf(e.getMessage()));
            }
        });
    }
}
