package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.Deadline;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks now and then at the streams of one server connection for clients that send a body too slowly or take nothing of an answer. Two
 * timers a connection, and only while there is something to look at; none a stream.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class StreamWatch {
    private static final int LOOKS_FOR_UNREAD = 4;

    private final Http2Link link;
    private final WireLimits limits;
    private final Consumer<Http2Exchange> onSlowBody;
    private final Consumer<Http2Exchange> onUnread;
    private final Deadline bodies;
    private final Deadline answers;
    private final long bodyBytesWanted;
    private boolean watchesBodies;
    private boolean watchesAnswers;

    StreamWatch(Loop loop, Http2Link link, Consumer<Http2Exchange> onSlowBody, Consumer<Http2Exchange> onUnread) {
        this.link = link;
        this.limits = link.limits();
        this.onSlowBody = onSlowBody;
        this.onUnread = onUnread;
        this.bodies = new Deadline(loop, this::lookAtBodies);
        this.answers = new Deadline(loop, this::lookAtAnswers);
        this.bodyBytesWanted = limits.bodyBytesPerSecondMin() * limits.bodyGraceMillis() / TimeUnit.SECONDS.toMillis(1);
    }

    /** A stream has been opened. */
    void opened() {
        if (!watchesAnswers) {
            watchesAnswers = true;
            answers.in(Math.max(1, limits.frames().unreadMillis() / LOOKS_FOR_UNREAD));
        }
    }

    /** A request with a body has begun, of whose pace something is asked. */
    void body(Http2Exchange exchange) {
        if (bodyBytesWanted == 0) {
            return;
        }
        exchange.paced();
        if (!watchesBodies) {
            watchesBodies = true;
            bodies.in(limits.bodyGraceMillis());
        }
    }

    void stop() {
        bodies.stop();
        answers.stop();
    }

    private void lookAtBodies() {
        List<Http2Exchange> slow = new ArrayList<>(0);
        watchesBodies = false;
        visit(stream -> {
            Http2Exchange exchange = stream.getProperty(link.exchangeKey());
            if (exchange != null && exchange.isPaced()) {
                watchesBodies = true;
                if (exchange.isSlow(bodyBytesWanted, isHeldUpHere(stream))) {
                    slow.add(exchange);
                }
            }
            return true;
        });
        slow.forEach(onSlowBody);
        if (watchesBodies) {
            bodies.in(limits.bodyGraceMillis());
        }
    }

    private boolean isHeldUpHere(Http2Stream stream) {
        return link.connection().local().flowController().unconsumedBytes(stream) > 0;
    }

    private void lookAtAnswers() {
        List<Http2Exchange> unread = new ArrayList<>(0);
        visit(stream -> {
            Http2Exchange exchange = stream.getProperty(link.exchangeKey());
            if (exchange != null && exchange.isUnread(LOOKS_FOR_UNREAD)) {
                unread.add(exchange);
            }
            return true;
        });
        unread.forEach(onUnread);
        watchesAnswers = false;
        if (link.connection().numActiveStreams() > 0) {
            opened();
        }
    }

    private void visit(Http2StreamVisitor visitor) {
        try {
            link.connection().forEachActiveStream(visitor);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
