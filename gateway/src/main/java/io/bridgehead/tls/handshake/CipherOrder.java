package io.bridgehead.tls.handshake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The TLS 1.3 cipher suites in our order: AES-GCM first where the processor has AES instructions. */
final class CipherOrder {
    private static final String AES_128 = "TLS_AES_128_GCM_SHA256";
    private static final String AES_256 = "TLS_AES_256_GCM_SHA384";
    private static final String CHACHA = "TLS_CHACHA20_POLY1305_SHA256";
    private static final Pattern AES_FLAG = Pattern.compile("(?m)^(flags|Features)\\s*:.*\\baes\\b");

    /** All three suites of RFC 8446 that the engines share. */
    static final List<String> TLS13 =
            hasAes(Path.of("/proc/cpuinfo")) ? List.of(AES_128, AES_256, CHACHA) : List.of(CHACHA, AES_128, AES_256);

    private CipherOrder() {}

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
