package io.bridgehead.e2e.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A header of version 2 of the PROXY protocol over IPv4, as an endpoint gets it and sends it back. */
public final class ProxyHeaderSeen {
    private static final String START = "0d0a0d0a000d0a515549540a2111";
    private static final int ENDS = 12;

    private final byte[] ends;
    private final Map<Integer, byte[]> values = new TreeMap<>();

    private ProxyHeaderSeen(byte[] ends, ByteBuffer in) {
        this.ends = ends;
        while (in.hasRemaining()) {
            int type = in.get() & 0xff;
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            values.put(type, value);
        }
    }

    /** Reads it off the start of what comes. */
    public static ProxyHeaderSeen read(RawClient client) throws IOException {
        ByteBuffer start = ByteBuffer.wrap(client.bytes(16));
        if (!HexFormat.of().formatHex(start.array(), 0, 14).equals(START)) {
            throw new IOException("no header: " + HexFormat.of().formatHex(start.array()));
        }
        ByteBuffer rest = ByteBuffer.wrap(client.bytes(start.getShort(14) & 0xffff));
        byte[] ends = new byte[ENDS];
        rest.get(ends);
        return new ProxyHeaderSeen(ends, rest);
    }

    /** Both addresses and ports. */
    public byte[] ends() {
        return ends.clone();
    }

    public boolean has(int type) {
        return values.containsKey(type);
    }

    /** Empty when there is none. */
    public byte[] value(int type) {
        return values.getOrDefault(type, new byte[0]).clone();
    }

    /** As {@link #value}. */
    public String text(int type) {
        return new String(value(type), StandardCharsets.UTF_8);
    }

    /** What stands in a value behind so many bytes. */
    public ProxyHeaderSeen within(int type, int from) {
        byte[] value = value(type);
        return new ProxyHeaderSeen(ends, ByteBuffer.wrap(value, from, value.length - from));
    }
}
