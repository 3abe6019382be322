package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.ByteStream;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import io.netty.channel.Channel;
import java.util.HashSet;
import java.util.Set;

/**
 * TCP connections of one loop to one endpoint, each for one stream of bytes. That a connection is open is told as a
 * response of status 200.
 *
 * <p><b>Limits</b>: {@link PoolLimits#connectionsMax}; what comes beyond is reset as {@link StreamReset#POOL_FULL},
 * since connections here last too long to be waited for.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class BytePool implements StreamOpener {
    private static final int CONNECTED = 200;

    private final EndpointLink link;
    private final Set<Channel> open = new HashSet<>();
    private int connecting;
    private boolean closed;

    public BytePool(EndpointLink link) {
        this.link = link;
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        assert link.loop().isCurrent();
        PendingStream stream = new PendingStream(head, false, events, Long.MAX_VALUE, abandoned -> {});
        if (closed) {
            link.loop().execute(() -> stream.fail(StreamReset.REFUSED));
        } else if (!link.hasRoom(open.size() + connecting)) {
            link.events().onPoolFull();
            link.loop().execute(() -> stream.fail(StreamReset.POOL_FULL));
        } else {
            connect(stream);
        }
        return stream;
    }

    /** Connections that are open. */
    public int connections() {
        return open.size();
    }

    /** No new connections; those that are open go on. */
    public void drain() {
        closed = true;
    }

    /** Ends everything now. */
    public void close() {
        closed = true;
        Set.copyOf(open).forEach(Channel::close);
    }

    private void connect(PendingStream stream) {
        connecting++;
        link.dial(new Dialer.Outcome() {
            @Override
            public void connected(Channel channel) {
                connecting--;
                if (stream.isOver()) {
                    channel.close();
                } else {
                    adopt(channel, stream);
                }
            }

            @Override
            public void failed(Dialer.Failure failure) {
                connecting--;
                link.events().onConnectFailed(failure);
                stream.fail(failure.reset());
            }
        });
    }

    private void adopt(Channel channel, PendingStream stream) {
        open.add(channel);
        channel.closeFuture().addListener(done -> open.remove(channel));
        ByteStream bytes = ByteStream.over(link.loop(), channel, link.wireLimits());
        stream.bind(bytes);
        stream.events().onResponse(new ResponseHead(CONNECTED, new HeaderFields()), false);
        bytes.start(stream.events());
        stream.release();
    }
}
