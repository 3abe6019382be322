package io.bridgehead.tls.handshake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The cipher suites in our order: AES-GCM first where the processor has AES instructions. All are AEAD with forward secrecy. */
public final class CipherOrder {
    private static final String AES_128 = "TLS_AES_128_GCM_SHA256";
    private static final String AES_256 = "TLS_AES_256_GCM_SHA384";
    private static final String CHACHA = "TLS_CHACHA20_POLY1305_SHA256";
    private static final String GCM_128 = "AES_128_GCM_SHA256";
    private static final String GCM_256 = "AES_256_GCM_SHA384";
    private static final String POLY = "CHACHA20_POLY1305_SHA256";
    private static final Pattern AES_FLAG = Pattern.compile("(?m)^(flags|Features)\\s*:.*\\baes\\b");

    /** All three suites of RFC 8446 that the engines share. */
    static final List<String> TLS13 =
            hasAes(Path.of("/proc/cpuinfo")) ? List.of(AES_128, AES_256, CHACHA) : List.of(CHACHA, AES_128, AES_256);

    /** The suites of TLS 1.2 with an ephemeral key exchange and AEAD (RFC 5289, RFC 7905); no CBC, no static RSA, no PSK. */
    static final List<String> TLS12 = hasAes(Path.of("/proc/cpuinfo"))
            ? List.of(ecdsa(GCM_128), rsa(GCM_128), ecdsa(GCM_256), rsa(GCM_256), ecdsa(POLY), rsa(POLY))
            : List.of(ecdsa(POLY), rsa(POLY), ecdsa(GCM_128), rsa(GCM_128), ecdsa(GCM_256), rsa(GCM_256));

    private CipherOrder() {}

    /** The suites for TLS 1.3, and for 1.2 behind them if it is spoken. */
    public static List<String> suites(boolean tls12) {
        if (!tls12) {
            return TLS13;
        }
        List<String> all = new ArrayList<>(TLS13);
        all.addAll(TLS12);
        return List.copyOf(all);
    }

    private static String ecdsa(String cipher) {
        return "TLS_ECDHE_ECDSA_WITH_" + cipher;
    }

    private static String rsa(String cipher) {
        return "TLS_ECDHE_RSA_WITH_" + cipher;
    }

    /** Whether the processor description names AES instructions; yes where there is none to read. */
    static boolean hasAes(Path description) {
        try {
            return AES_FLAG.matcher(Files.readString(description, StandardCharsets.ISO_8859_1))
                    .find();
        } catch (IOException e) {
            return true;
        }
    }
}
