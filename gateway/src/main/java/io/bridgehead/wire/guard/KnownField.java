package io.bridgehead.wire.guard;

import java.util.Arrays;

/** Field names that codecs treat in a special way. */
public enum KnownField {
    OTHER("", Kind.PLAIN),
    HOST("host", Kind.FRAMING),
    CONTENT_LENGTH("content-length", Kind.FRAMING),
    TRANSFER_ENCODING("transfer-encoding", Kind.HOP_BY_HOP),
    CONNECTION("connection", Kind.HOP_BY_HOP),
    KEEP_ALIVE("keep-alive", Kind.HOP_BY_HOP),
    PROXY_CONNECTION("proxy-connection", Kind.HOP_BY_HOP),
    UPGRADE("upgrade", Kind.HOP_BY_HOP),
    HTTP2_SETTINGS("http2-settings", Kind.HOP_BY_HOP),
    TE("te", Kind.HOP_BY_HOP),
    EXPECT("expect", Kind.SINGLE),
    COOKIE("cookie", Kind.PLAIN),
    AUTHORIZATION("authorization", Kind.SINGLE),
    CONTENT_TYPE("content-type", Kind.SINGLE),
    FROM("from", Kind.SINGLE),
    IF_MODIFIED_SINCE("if-modified-since", Kind.SINGLE),
    IF_UNMODIFIED_SINCE("if-unmodified-since", Kind.SINGLE),
    MAX_FORWARDS("max-forwards", Kind.SINGLE),
    PROXY_AUTHORIZATION("proxy-authorization", Kind.SINGLE),
    RANGE("range", Kind.SINGLE),
    REFERER("referer", Kind.SINGLE),
    USER_AGENT("user-agent", Kind.SINGLE);

    private enum Kind {
        PLAIN,
        FRAMING,
        HOP_BY_HOP,
        SINGLE
    }

    private static final KnownField[] ALL = values();
    private static final NameTable NAMES =
            new NameTable(Arrays.stream(ALL).skip(1).map(KnownField::toString).toList());

    private final String name;
    private final Kind kind;

    KnownField(String name, Kind kind) {
        this.name = name;
        this.kind = kind;
    }

    /** Which field has this name, given in lower case. */
    public static KnownField of(byte[] bytes, int start, int length) {
        return ALL[NAMES.find(bytes, start, length) + 1];
    }

    /** A bit of its own, to note in a number which fields have been seen. */
    @SuppressWarnings("EnumOrdinal") // a bit means something within one run only
    public int bit() {
        return 1 << ordinal();
    }

    /** Whether it concerns one connection only, and is never passed on (RFC 9110, section 7.6.1). */
    public boolean isHopByHop() {
        return kind == Kind.HOP_BY_HOP;
    }

    /** Whether a message may carry it once at most. */
    public boolean isSingle() {
        return kind == Kind.SINGLE || kind == Kind.FRAMING;
    }

    @Override
    public String toString() {
        return name;
    }
}
