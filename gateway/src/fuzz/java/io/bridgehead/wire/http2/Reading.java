package io.bridgehead.wire.http2;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one direction of a connection says by a plain reading of its bytes (RFC 9113, sections 4 and 6), which judges nothing and shares no
 * code with what is tested: frames one after the other, field blocks by Netty's decoder. It ends where no frame can be told any more.
 */
@OwnedBy(Owner.CONFINED)
final class Reading {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int PRIORITY = 32;

    private static final int HEADER_LENGTH = 9;
    private static final int TABLE_MAX = 1 << 30;

    private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false, 1 << 30);
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private final Map<Integer, Said> streams = new HashMap<>();
    private int prefaceLeft;
    private int blockStream = -1;
    private boolean blockEnds;
    private boolean blockIsLost;

    /** What is wrong with the framing itself; null while nothing is. */
    @Nullable
    String broken;

    long bytes;
    long dataBytes;
    long windowOfAll;
    /** What windows of streams begin with, by the last SETTINGS; and the largest since somebody looked. */
    long firstWindow = 65_535;

    long firstWindowPeak = 65_535;
    long listMax = Long.MAX_VALUE;
    long dataFrames;
    int longest;
    long cost;
    long worth;
    int pings;
    /** Rows of frames that carry nothing, of which few are borne whatever else is sent: the longest. */
    int emptiesInRow;

    int continuationsInRow;
    private int empties;
    private int continuations;
    boolean goAway;
    long goAwayCode = -1;
    int goAwayLast = Integer.MAX_VALUE;
    int highestStream;
    private final DataFrames dataTold;

    /** Who is told of DATA frames, in their order. */
    interface DataFrames {
        /** @param useful it has the length of one that costs nothing */
        void data(int stream, int length, boolean useful);
    }

    /** A field as it was written. */
    record Field(String name, String value) {}

    /** What was said on one stream. */
    @OwnedBy(Owner.CONFINED)
    static final class Said {
        final List<List<Field>> heads = new ArrayList<>();
        final List<Boolean> headEnds = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        long dataBytes;
        long dataBytesSeen;
        long window;
        boolean ended;
        boolean reset;
        long resetCode;
        boolean afterEnd;
    }

    /** @param prefaceBytes before the first frame */
    Reading(int prefaceBytes, DataFrames dataTold) {
        prefaceLeft = prefaceBytes;
        this.dataTold = dataTold;
    }

    @Nullable
    Said stream(int id) {
        return streams.get(id);
    }

    Iterable<Map.Entry<Integer, Said>> streams() {
        return streams.entrySet();
    }

    /** Whether it stands between frames, and outside a head. */
    boolean isWhole() {
        return broken == null && rest.size() == 0 && blockStream < 0 && prefaceLeft == 0;
    }

    void read(byte[] more) {
        bytes += more.length;
        if (broken != null) {
            return;
        }
        rest.writeBytes(more);
        byte[] all = rest.toByteArray();
        int at = Math.min(prefaceLeft, all.length);
        prefaceLeft -= at;
        while (broken == null && prefaceLeft == 0 && all.length - at >= HEADER_LENGTH) {
            ByteBuffer header = ByteBuffer.wrap(all, at, HEADER_LENGTH);
            int length = header.getInt() >>> 8;
            if (all.length - at - HEADER_LENGTH < length) {
                break;
            }
            byte[] payload = Arrays.copyOfRange(all, at + HEADER_LENGTH, at + HEADER_LENGTH + length);
            frame(all[at + 3] & 0xff, all[at + 4] & 0xff, header.getInt(at + 5) & 0x7fffffff, payload);
            at += HEADER_LENGTH + length;
        }
        rest.reset();
        rest.write(all, at, all.length - at);
    }

    private void frame(int type, int flags, int id, byte[] payload) {
        longest = Math.max(longest, payload.length);
        count(type, flags, id, payload.length);
        if ((blockStream >= 0) != (type == CONTINUATION) || (type == CONTINUATION && id != blockStream)) {
            broken = "a head that is not continued";
            return;
        }
        Said said = id == 0 ? new Said() : streams.computeIfAbsent(id, key -> new Said());
        switch (type) {
            case DATA -> data(said, flags, payload);
            case HEADERS -> {
                highestStream = Math.max(highestStream, id);
                head(id, flags, unpadded(flags, payload), (flags & PRIORITY) == 0 ? 0 : 5);
            }
            case PUSH_PROMISE -> {
                blockIsLost = true;
                head(id, flags, unpadded(flags, payload), 4);
            }
            case CONTINUATION -> {
                continuationsInRow = Math.max(continuationsInRow, ++continuations);
                block.writeBytes(payload);
                endOfBlock(id, flags);
            }
            case RST_STREAM -> {
                said.reset = true;
                said.resetCode = word(payload, 0);
            }
            case SETTINGS -> settings(flags, payload);
            case PING -> pings += (flags & ACK) == 0 ? 1 : 0;
            case GOAWAY -> {
                goAway = true;
                goAwayLast = (int) word(payload, 0) & 0x7fffffff;
                goAwayCode = word(payload, 4);
            }
            case WINDOW_UPDATE -> window(id, said, payload);
            default -> {
                // nothing that matters here
            }
        }
    }

    /** As FrameAccount says that it counts, at its most generous. */
    private void count(int type, int flags, int id, int length) {
        if (type == DATA) {
            int useful = (flags & PADDED) == 0 ? length : length - 256;
            worth += Math.max(0, Math.max(0, useful) / 3 - 1);
            cost += useful < 3 ? 1 : 0;
            dataTold.data(id, length, useful >= 3);
        } else {
            cost += type == SETTINGS && (flags & ACK) == 0 ? 8 : 1;
        }
    }

    private void data(Said said, int flags, byte[] payload) {
        empties = unpadded(flags, payload).length > 0 || (flags & END_STREAM) != 0 ? 0 : empties + 1;
        emptiesInRow = Math.max(emptiesInRow, empties);
        dataFrames++;
        dataBytes += payload.length;
        said.dataBytes += payload.length;
        said.afterEnd |= said.ended;
        said.body.writeBytes(unpadded(flags, payload));
        said.ended |= (flags & END_STREAM) != 0;
    }

    private static byte[] unpadded(int flags, byte[] payload) {
        if ((flags & PADDED) == 0) {
            return payload;
        }
        int pad = payload.length == 0 ? 0 : payload[0] & 0xff;
        return payload.length == 0 ? payload : Arrays.copyOfRange(payload, 1, Math.max(1, payload.length - pad));
    }

    private void head(int id, int flags, byte[] payload, int before) {
        blockStream = id;
        continuations = 0;
        blockEnds = (flags & END_STREAM) != 0;
        block.reset();
        block.write(payload, Math.min(before, payload.length), Math.max(0, payload.length - before));
        endOfBlock(id, flags);
    }

    private void endOfBlock(int id, int flags) {
        if ((flags & END_HEADERS) == 0) {
            return;
        }
        blockStream = -1;
        Http2Headers read;
        try {
            fields.maxHeaderTableSize(TABLE_MAX);
            read = fields.decodeHeaders(1, Unpooled.wrappedBuffer(block.toByteArray()));
        } catch (Http2Exception | RuntimeException e) {
            broken = "a field block: " + e.getMessage();
            return;
        }
        if (blockIsLost) {
            blockIsLost = false;
            return;
        }
        List<Field> list = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> each : read) {
            list.add(new Field(text(each.getKey()), text(each.getValue())));
        }
        Said said = streams.computeIfAbsent(id, key -> new Said());
        said.afterEnd |= said.ended;
        said.heads.add(list);
        said.headEnds.add(blockEnds);
        said.ended |= blockEnds;
    }

    private static String text(CharSequence octets) {
        return octets instanceof AsciiString ascii
                ? new String(ascii.toByteArray(), StandardCharsets.ISO_8859_1)
                : octets.toString();
    }

    private void settings(int flags, byte[] payload) {
        for (int at = 0; (flags & ACK) == 0 && at + 6 <= payload.length; at += 6) {
            ByteBuffer one = ByteBuffer.wrap(payload, at, 6);
            switch (one.getShort()) {
                case 4 -> {
                    firstWindow = Integer.toUnsignedLong(one.getInt());
                    firstWindowPeak = Math.max(firstWindowPeak, firstWindow);
                }
                case 6 -> listMax = Math.min(listMax, Integer.toUnsignedLong(one.getInt()));
                default -> {
                    // another one
                }
            }
        }
    }

    /** Four bytes as a number; -1 when they are not there. */
    private static long word(byte[] payload, int at) {
        return payload.length < at + 4
                ? -1
                : Integer.toUnsignedLong(ByteBuffer.wrap(payload).getInt(at));
    }

    private void window(int id, Said said, byte[] payload) {
        long more = payload.length < 4 ? 0 : ByteBuffer.wrap(payload).getInt() & 0x7fffffff;
        if (id == 0) {
            windowOfAll += more;
        } else {
            said.window += more;
        }
    }
}
