package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import java.util.concurrent.TimeUnit;

/** Shows the other end of one connection the certificates that this node signs by; where they are refused, again after a second. */
@OwnedBy(Owner.EVENT_LOOP)
final class OwnChain implements ResponseEvents {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final TunnelTls tls;
    private final String authority;
    /** Of the key material whose certificates were shown; 0 for none. */
    private long generation;

    private long pauseUntil;

    OwnChain(Loop loop, TunnelTls tls, String authority) {
        this.loop = loop;
        this.tls = tls;
        this.authority = authority;
        this.pauseUntil = loop.nanoTime();
    }

    /** Opens a stream for it if the other end has not been shown them yet; what is opened next comes behind it. */
    void showOn(HttpClientConnection connection) {
        LiveTls.Generation current = tls.current();
        if (generation != current.materialNumber() && loop.nanoTime() - pauseUntil >= 0) {
            generation = current.materialNumber();
            connection.open(ShownChain.request(authority, current.material()), true, this);
        }
    }

    @Override
    public void onInformational(ResponseHead head) {}

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        if (head.status() != 200) {
            again();
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        chunk.release();
    }

    @Override
    public void onTrailers(HeaderFields trailers) {}

    @Override
    public void onReset(StreamReset reset) {
        again();
    }

    @Override
    public void onWritable() {}

    private void again() {
        generation = 0;
        pauseUntil = loop.nanoTime() + PAUSE_NANOS;
    }
}
