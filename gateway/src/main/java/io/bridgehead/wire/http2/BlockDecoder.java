package io.bridgehead.wire.http2;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.hpack.FieldBlockReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;

/** Turns the field blocks of one connection into {@link IncomingHeaders}, each block copied once into the array that its fields keep. */
@OwnedBy(Owner.EVENT_LOOP)
final class BlockDecoder implements Http2HeadersDecoder, Http2HeadersDecoder.Configuration {
    /** Room for the text of indexed fields, and for the fields that this node adds. */
    private static final int SPARE_BYTES = 512;

    private static final int TABLE_BYTES = 4096;

    private final WireLimits limits;
    private final boolean requests;
    private final FieldBlockReader reader = new FieldBlockReader(TABLE_BYTES);
    private long listMax;
    private long listMaxGoAway;

    BlockDecoder(WireLimits limits, boolean requests) {
        this.limits = limits;
        this.requests = requests;
        this.listMax = limits.headBytesMax();
        this.listMaxGoAway = Http2CodecUtil.calculateMaxHeaderListSizeGoAway(listMax);
    }

    @Override
    public Http2Headers decodeHeaders(int streamId, ByteBuf block) throws Http2Exception {
        int length = block.readableBytes();
        byte[] text = new byte[length + SPARE_BYTES];
        block.readBytes(text, 0, length);
        HeaderFields fields = new HeaderFields(text, length);
        IncomingHeaders headers = new IncomingHeaders(limits, requests, fields);
        switch (reader.read(fields, length, listMax, headers)) {
            case BROKEN -> throw Http2Exception.connectionError(Http2Error.COMPRESSION_ERROR, "field block: malformed");
            case TOO_LARGE -> Http2CodecUtil.headerListSizeExceeded(streamId, listMax, true);
            case GOOD -> {
                // the usual
            }
        }
        return headers;
    }

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public void maxHeaderTableSize(long max) {
        reader.capacityMax((int) Math.min(max, Integer.MAX_VALUE));
    }

    @Override
    public long maxHeaderTableSize() {
        return reader.capacityMax();
    }

    @Override
    public void maxHeaderListSize(long max, long goAwayMax) {
        listMax = max;
        listMaxGoAway = goAwayMax;
    }

    @Override
    public long maxHeaderListSize() {
        return listMax;
    }

    @Override
    public long maxHeaderListSizeGoAway() {
        return listMaxGoAway;
    }
}
