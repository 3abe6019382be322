package io.bridgehead.load.row;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How fast one thread of this machine encrypts with AES-128-GCM, as OpenSSL says, in records of the largest size that TLS has. */
final class AesSpeed {
    private static final Pattern RESULT = Pattern.compile("(?m)^AES-128-GCM\\s+([0-9.]+)k", Pattern.CASE_INSENSITIVE);
    private static final double GIB = 1L << 30;

    private final Programs programs;

    AesSpeed(Programs programs) {
        this.programs = programs;
    }

    /** In a CPU second, so that what else the machine does is left out. Takes a second. */
    double gibibytesPerSecond() {
        List<String> command =
                List.of(Tool.OPENSSL.path(), "speed", "-evp", "aes-128-gcm", "-bytes", "16384", "-seconds", "1");
        String report = programs.run(command, Map.of(), 60);
        Matcher result = RESULT.matcher(report);
        if (!result.find()) {
            throw new IllegalStateException("no speed of AES-128-GCM in:\n" + report);
        }
        return Double.parseDouble(result.group(1)) * 1000 / GIB;
    }
}
