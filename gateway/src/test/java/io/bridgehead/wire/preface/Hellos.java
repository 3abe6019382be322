package io.bridgehead.wire.preface;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** ClientHellos as the JDK sends them. */
public final class Hellos {
    private Hellos() {}

    /** What a client sends first, in one record. */
    public static byte[] of(@Nullable String serverName, String... alpn) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            if (serverName != null) {
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
            }
            parameters.setApplicationProtocols(alpn);
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            return Arrays.copyOf(out.array(), out.position());
        } catch (NoSuchAlgorithmException | SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** The same message in records of so many bytes. */
    public static byte[] inRecords(byte[] oneRecord, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < oneRecord.length; at += size) {
            int length = Math.min(size, oneRecord.length - at);
            out.writeBytes(new byte[] {22, 3, 1, (byte) (length >>> 8), (byte) length});
            out.write(oneRecord, at, length);
        }
        return out.toByteArray();
    }
}
