package io.bridgehead.wire.preface;

import io.bridgehead.model.ClientTls;
import io.bridgehead.model.Flow;
import io.bridgehead.wire.Chunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes the header of the PROXY protocol for a connection to an endpoint; see {@link ProxyHeaderReader} for the standard. */
public final class ProxyHeaderWriter {
    /**
     * The caller's SPIFFE ID, as ASCII: a TLV of the range for applications (0xE0 to 0xEF). The TLV of the standard for names of
     * client certificates (PP2_TYPE_SSL) knows only common names.
     */
    public static final int TLV_CALLER = 0xE0;

    /** The site where the connection entered the fabric, as ASCII. */
    public static final int TLV_SITE = 0xE1;

    private static final int TLV_ALPN = 0x01;
    private static final int TLV_AUTHORITY = 0x02;
    private static final int TLV_SSL = 0x20;
    private static final int SSL_VERSION = 0x21;
    private static final int SSL_COMMON_NAME = 0x22;
    private static final int SSL_CIPHER = 0x23;
    private static final int SSL_SIGNATURE = 0x24;
    private static final int SSL_KEY = 0x25;
    private static final int CLIENT_SSL = 0x01;
    /** A certificate was shown on this connection, and so in its session: no session is resumed where certificates are asked for. */
    private static final int CLIENT_CERTIFICATE = 0x02 | 0x04;

    private static final int PROXY_OF_VERSION_2 = 0x21;
    private static final int LOCAL_OF_VERSION_2 = 0x20;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int CHECKSUM_BYTES = 4;

    private ProxyHeaderWriter() {}

    /**
     * What version 2 says beside the ends of the connection.
     *
     * @param caller the SPIFFE ID
     * @param site where the connection entered
     * @param serverName the name in the ClientHello, or null
     * @param alpn the one application protocol that the client offers, or null
     * @param tls with the client, where it was ended before the endpoint; else null
     */
    public record Facts(
            String caller,
            String site,
            @Nullable String serverName,
            @Nullable String alpn,
            @Nullable ClientTls tls) {}

    /** The line of version 1; {@code UNKNOWN} without a flow. */
    public static Chunk v1(@Nullable Flow flow) {
        String line = flow == null ? "PROXY UNKNOWN\r\n" : "PROXY " + ends(flow) + "\r\n";
        return Chunk.of(line.getBytes(StandardCharsets.US_ASCII));
    }

    private static String ends(Flow flow) {
        return flow.isV4() ? "TCP4 " + flow : "TCP6 " + sixes(flow);
    }

    /** Both ends in the form of IPv6, where one of them is of IPv4. */
    private static String sixes(Flow flow) {
        String source = (flow.source().isV4() ? "::ffff:" : "") + flow.source();
        String destination = (flow.destination().isV4() ? "::ffff:" : "") + flow.destination();
        return source + " " + destination + " " + flow.sourcePort() + " " + flow.destinationPort();
    }

    /** The header of version 2, with a checksum. Without a flow the ends are left open (UNSPEC). */
    public static Chunk v2(@Nullable Flow flow, Facts facts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(256);
        if (flow != null) {
            body.writeBytes(flow.isV4() ? flow.source().bytes() : flow.source().bytes16());
            body.writeBytes(
                    flow.isV4()
                            ? flow.destination().bytes()
                            : flow.destination().bytes16());
            put16(body, flow.sourcePort());
            put16(body, flow.destinationPort());
        }
        tlv(body, TLV_ALPN, facts.alpn());
        tlv(body, TLV_AUTHORITY, facts.serverName());
        ssl(body, facts.tls());
        tlv(body, TLV_CALLER, facts.caller());
        tlv(body, TLV_SITE, facts.site());
        int family = flow == null ? 0 : flow.isV4() ? TCP_OVER_IPV4 : TCP_OVER_IPV6;
        return sealed(PROXY_OF_VERSION_2, family, body);
    }

    /** The header of a connection that this node makes for itself, such as a probe: LOCAL of version 2. */
    public static Chunk v2Local() {
        return sealed(LOCAL_OF_VERSION_2, 0, new ByteArrayOutputStream());
    }

    private static Chunk sealed(int command, int family, ByteArrayOutputStream body) {
        body.write(ProxyHeaderReader.TLV_CRC32C);
        put16(body, CHECKSUM_BYTES);
        body.writeBytes(new byte[CHECKSUM_BYTES]);
        ByteArrayOutputStream out = new ByteArrayOutputStream(ProxyHeaderReader.V2_HEAD + body.size());
        out.writeBytes(ProxyHeaderReader.V2_SIGNATURE);
        out.write(command);
        out.write(family);
        put16(out, body.size());
        out.writeBytes(body.toByteArray());
        byte[] header = out.toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(header);
        int sum = (int) crc.getValue();
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            header[header.length - CHECKSUM_BYTES + i] = (byte) (sum >>> (24 - 8 * i));
        }
        return Chunk.of(header);
    }

    /** PP2_TYPE_SSL: flags, then 0 when a certificate was shown and found valid, then what is known. */
    private static void ssl(ByteArrayOutputStream body, @Nullable ClientTls tls) {
        if (tls == null) {
            return;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(128);
        boolean shown = tls.certificate() != ClientTls.Certificate.NONE;
        value.write(shown ? CLIENT_SSL | CLIENT_CERTIFICATE : CLIENT_SSL);
        put16(value, 0);
        put16(value, tls.certificate() == ClientTls.Certificate.VERIFIED ? 0 : 1);
        tlv(value, SSL_VERSION, tls.version());
        tlv(value, SSL_COMMON_NAME, tls.commonName(), StandardCharsets.UTF_8);
        tlv(value, SSL_CIPHER, tls.cipher());
        tlv(value, SSL_SIGNATURE, tls.signatureAlgorithm());
        tlv(value, SSL_KEY, tls.keyAlgorithm());
        body.write(TLV_SSL);
        put16(body, value.size());
        body.writeBytes(value.toByteArray());
    }

    private static void tlv(ByteArrayOutputStream body, int type, @Nullable String value) {
        tlv(body, type, value, StandardCharsets.US_ASCII);
    }

    private static void tlv(ByteArrayOutputStream body, int type, @Nullable String value, Charset charset) {
        if (value != null && !value.isEmpty()) {
            byte[] bytes = value.getBytes(charset);
            body.write(type);
            put16(body, bytes.length);
            body.writeBytes(bytes);
        }
    }

    private static void put16(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
