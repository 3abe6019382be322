package io.bridgehead.cluster.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link BinaryWriter} wrote from bytes that nobody trusts yet; every length is checked before it is used.
 */
public final class BinaryReader {
    private final Bytes bytes;
    private final ByteBuffer in;
    private final String what;

    /**
     * Reads from the first byte on.
     *
     * @param what the thing being read, for messages: "record", "changeset"
     */
    public BinaryReader(Bytes bytes, String what) {
        this.bytes = bytes;
        this.in = bytes.asBuffer();
        this.what = what;
    }

    public int u8() throws MalformedException {
        require(1);
        return in.get() & 0xFF;
    }

    public int u16() throws MalformedException {
        require(2);
        return in.getShort() & 0xFFFF;
    }

    public int i32() throws MalformedException {
        require(4);
        return in.getInt();
    }

    public long i64() throws MalformedException {
        require(8);
        return in.getLong();
    }

    /** A number of elements, each of which takes at least {@code bytesEach}, so that no count makes us allocate. */
    public int count(String name, int max, int bytesEach) throws MalformedException {
        int count = i32();
        if (count < 0 || count > max || (long) count * bytesEach > in.remaining()) {
            throw bad(name + " counts " + count + "; expected 0 to " + max + " that fit the bytes left");
        }
        return count;
    }

    public String text(String name, int bytesMax) throws MalformedException {
        int size = u16();
        if (size > bytesMax) {
            throw bad(name + " has " + size + " bytes; expected at most " + bytesMax);
        }
        require(size);
        String ascii = bytes.ascii(in.position(), size);
        if (ascii != null) {
            in.position(in.position() + size);
            return ascii;
        }
        ByteBuffer part = in.slice(in.position(), size);
        in.position(in.position() + size);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException(what + ": " + name + " is not UTF-8", e);
        }
    }

    public Bytes blob(String name, int bytesMax) throws MalformedException {
        int size = i32();
        if (size < 0 || size > bytesMax) {
            throw bad(name + " has " + size + " bytes; expected at most " + bytesMax);
        }
        return raw(size);
    }

    /** A slice of what is read, not a copy. */
    public Bytes raw(int size) throws MalformedException {
        require(size);
        Bytes value = bytes.slice(in.position(), size);
        in.position(in.position() + size);
        return value;
    }

    public int position() {
        return in.position();
    }

    public boolean atEnd() {
        return !in.hasRemaining();
    }

    /** Nothing may follow: two forms of one thing would have two hashes. */
    public void end() throws MalformedException {
        if (in.hasRemaining()) {
            throw bad(in.remaining() + " bytes follow at offset " + in.position() + "; expected the end");
        }
    }

    public MalformedException bad(String problem) {
        return new MalformedException(what + ": " + problem);
    }

    private void require(int size) throws MalformedException {
        if (in.remaining() < size) {
            throw bad("ends at offset " + in.limit() + "; expected " + size + " more bytes at offset " + in.position());
        }
    }
}
