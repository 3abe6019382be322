package io.bridgehead.wire.preface;

import io.bridgehead.model.Flow;
import io.bridgehead.model.IpAddress;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of the PROXY protocol, versions 1 and 2 (HAProxy's "The PROXY protocol", revision of 2020/03/05), strictly:
 * what the specification does not allow is no header.
 *
 * <p><b>Limits</b>: 107 bytes of version 1, as specified; {@value #V2_BYTES_MAX} bytes of version 2 with all its TLVs.
 */
public final class ProxyHeaderReader {
    /** The longest header of version 2 that is read. */
    public static final int V2_BYTES_MAX = 4096;

    static final byte[] V2_SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    static final byte[] V1_SIGNATURE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    static final int TLV_CRC32C = 0x03;
    static final int V2_HEAD = 16;

    private static final int V1_BYTES_MAX = 107;
    private static final int TLV_HEAD = 3;
    private static final int COMMAND_LOCAL = 0;
    private static final int COMMAND_PROXY = 1;
    private static final int STREAM = 1;
    private static final int FAMILY_IPV4 = 1;
    private static final int FAMILY_IPV6 = 2;
    private static final int FAMILY_UNIX = 3;

    private ProxyHeaderReader() {}

    /** What the bytes so far are. */
    public sealed interface Result {}

    /** Not enough of them. */
    public record More() implements Result {}

    /** They begin like no header of either version. */
    public record NoHeader() implements Result {}

    /** They begin like a header and are none. */
    public record Invalid(String detail) implements Result {}

    /**
     * A header.
     *
     * @param bytes how long it is
     * @param flow the ends of the client's connection; null when the sender speaks for itself (LOCAL, UNKNOWN) or names ends that
     *     are no IP addresses
     */
    public record Header(int bytes, @Nullable Flow flow) implements Result {}

    private static final Result MORE = new More();
    private static final Result NO_HEADER = new NoHeader();

    /** Looks at the readable bytes without moving the reader index. */
    public static Result read(ByteBuf in) {
        int start = in.readerIndex();
        int length = in.readableBytes();
        if (length == 0) {
            return MORE;
        }
        byte first = in.getByte(start);
        if (first == V1_SIGNATURE[0]) {
            return begins(in, V1_SIGNATURE) ? readV1(in, start, length) : NO_HEADER;
        }
        return first == V2_SIGNATURE[0] && begins(in, V2_SIGNATURE) ? readV2(in, start, length) : NO_HEADER;
    }

    /** Whether the bytes are a whole signature of either version, and more or nothing behind it. */
    public static boolean isSigned(ByteBuf in) {
        return (in.readableBytes() >= V1_SIGNATURE.length && begins(in, V1_SIGNATURE))
                || (in.readableBytes() >= V2_SIGNATURE.length && begins(in, V2_SIGNATURE));
    }

    private static boolean begins(ByteBuf in, byte[] signature) {
        int start = in.readerIndex();
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(start + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    // --- version 1

    private static Result readV1(ByteBuf in, int start, int length) {
        int bound = Math.min(length, V1_BYTES_MAX);
        int lineFeed = in.indexOf(start, start + bound, (byte) '\n');
        if (lineFeed < 0) {
            return length < V1_BYTES_MAX ? MORE : new Invalid("version 1 without an end within 107 bytes");
        }
        int end = lineFeed - 1;
        if (in.getByte(end) != '\r') {
            return new Invalid("version 1 with a line feed alone");
        }
        int bytes = lineFeed + 1 - start;
        String line = in.toString(start, end - start, StandardCharsets.ISO_8859_1);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new Header(bytes, null);
        }
        boolean v4 = line.startsWith("PROXY TCP4 ");
        if (!v4 && !line.startsWith("PROXY TCP6 ")) {
            return new Invalid("version 1 of an unknown family");
        }
        String ends = line.substring("PROXY TCP4 ".length());
        Flow flow = Flow.parse(ends);
        int between = ends.indexOf(' ');
        boolean sourceIsV4 = ends.lastIndexOf(':', between) < 0;
        boolean destinationIsV4 = ends.indexOf(':', between) < 0;
        if (flow == null || sourceIsV4 != v4 || destinationIsV4 != v4) {
            return new Invalid("version 1 with ends that cannot be read");
        }
        return new Header(bytes, flow);
    }

    // --- version 2

    private static Result readV2(ByteBuf in, int start, int length) {
        if (length < V2_HEAD) {
            return MORE;
        }
        int version = in.getByte(start + 12) >> 4 & 0xf;
        int command = in.getByte(start + 12) & 0xf;
        int family = in.getByte(start + 13) >> 4 & 0xf;
        int transport = in.getByte(start + 13) & 0xf;
        int bytes = V2_HEAD + in.getUnsignedShort(start + 14);
        if (version != 2 || command > COMMAND_PROXY) {
            return new Invalid("version 2 with version or command byte " + in.getUnsignedByte(start + 12));
        }
        if (bytes > V2_BYTES_MAX) {
            return new Invalid("version 2 of " + bytes + " bytes: more than " + V2_BYTES_MAX);
        }
        if (length < bytes) {
            return MORE;
        }
        return command == COMMAND_LOCAL
                ? new Header(bytes, null)
                : readEnds(in.slice(start, bytes), family, transport, bytes);
    }

    private static Result readEnds(ByteBuf header, int family, int transport, int bytes) {
        if (family == 0 || transport == 0) {
            return family + transport == 0 ? new Header(bytes, null) : new Invalid("version 2 of an unknown family");
        }
        int ends = switch (family) {
            case FAMILY_IPV4 -> 12;
            case FAMILY_IPV6 -> 36;
            case FAMILY_UNIX -> 216;
            default -> -1;
        };
        if (ends < 0 || transport != STREAM) {
            return new Invalid("version 2 of a family that is no stream of bytes");
        }
        if (bytes < V2_HEAD + ends) {
            return new Invalid("version 2 that is too short for its addresses");
        }
        String wrong = wrongTlv(header, V2_HEAD + ends);
        if (wrong != null) {
            return new Invalid(wrong);
        }
        return new Header(bytes, family == FAMILY_UNIX ? null : flow(header, family == FAMILY_IPV4 ? 4 : 16));
    }

    private static Flow flow(ByteBuf header, int addressBytes) {
        byte[] source = new byte[addressBytes];
        byte[] destination = new byte[addressBytes];
        header.getBytes(V2_HEAD, source);
        header.getBytes(V2_HEAD + addressBytes, destination);
        int ports = V2_HEAD + 2 * addressBytes;
        return new Flow(
                IpAddress.of(source),
                header.getUnsignedShort(ports),
                IpAddress.of(destination),
                header.getUnsignedShort(ports + 2));
    }

    /** TLVs are of no use here but for the checksum; they must be whole all the same. */
    private static @Nullable String wrongTlv(ByteBuf header, int from) {
        int at = from;
        int end = header.readableBytes();
        while (at < end) {
            if (end - at < TLV_HEAD || end - at - TLV_HEAD < header.getUnsignedShort(at + 1)) {
                return "version 2 with a TLV that is cut off";
            }
            int length = header.getUnsignedShort(at + 1);
            if (header.getByte(at) == TLV_CRC32C) {
                boolean right = length == 4 && header.getInt(at + TLV_HEAD) == checksum(header, at + TLV_HEAD);
                if (!right) {
                    return "version 2 with a checksum that does not fit";
                }
            }
            at += TLV_HEAD + length;
        }
        return null;
    }

    /** CRC32c of the whole header, with zeros where the sum itself stands (section 2.2.3). */
    static int checksum(ByteBuf header, int sumAt) {
        byte[] bytes = new byte[header.readableBytes()];
        header.getBytes(header.readerIndex(), bytes);
        for (int i = 0; i < 4; i++) {
            bytes[sumAt + i] = 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
