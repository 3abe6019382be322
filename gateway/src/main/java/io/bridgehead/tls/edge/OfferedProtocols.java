package io.bridgehead.tls.edge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello offers by ALPN (RFC 7301, section 3.1), read before the TLS library sees it: BoringSSL's binding can only go on without
 * a protocol where section 3.2 asks for an alert.
 */
public final class OfferedProtocols {
    private static final int EXTENSION = 16;
    private static final int VERSION_AND_RANDOM = 34;

    private OfferedProtocols() {}

    /**
     * Whether the client uses ALPN and offers none of these.
     *
     * @param hello the body of a ClientHello, from its version on; nothing of it is consumed
     * @return false as well for a ClientHello that cannot be read: the TLS library has the word on that
     */
    static boolean lack(List<String> served, ByteBuf hello) {
        try {
            ByteBuf offer = offer(hello.duplicate());
            return offer != null && !containsAny(served, offer);
        } catch (IndexOutOfBoundsException _) {
            return false;
        }
    }

    /**
     * Whether the client offers this protocol.
     *
     * @param hello as for {@link #lack}
     */
    public static boolean offers(String protocol, ByteBuf hello) {
        try {
            ByteBuf offer = offer(hello.duplicate());
            return offer != null && containsAny(List.of(protocol), offer);
        } catch (IndexOutOfBoundsException _) {
            return false;
        }
    }

    private static @Nullable ByteBuf offer(ByteBuf hello) {
        hello.skipBytes(VERSION_AND_RANDOM);
        hello.skipBytes(hello.readUnsignedByte());
        hello.skipBytes(hello.readUnsignedShort());
        hello.skipBytes(hello.readUnsignedByte());
        if (!hello.isReadable()) {
            return null;
        }
        ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
            if (type == EXTENSION) {
                return extension.readSlice(extension.readUnsignedShort());
            }
        }
        return null;
    }

    private static boolean containsAny(List<String> served, ByteBuf offer) {
        while (offer.isReadable()) {
            int length = offer.readUnsignedByte();
            for (String name : served) {
                if (name.length() == length
                        && offer.toString(offer.readerIndex(), length, StandardCharsets.ISO_8859_1)
                                .equals(name)) {
                    return true;
                }
            }
            offer.skipBytes(length);
        }
        return false;
    }
}
