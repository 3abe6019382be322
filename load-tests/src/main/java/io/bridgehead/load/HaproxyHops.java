package io.bridgehead.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HAProxy as backend, and as two hops with HTTP/2 over mutual TLS between them; one thread each. */
final class HaproxyHops {
    private static final String GLOBAL = """
            global
              nbthread 1
              maxconn 4000
            defaults
              mode http
              timeout client 60s
              timeout server 60s
              timeout connect 2s
              timeout http-keep-alive 60s
              http-reuse always
            """;

    private HaproxyHops() {}

    /** Starts an endpoint that answers every request with this many bytes. */
    static Program endpoint(Path folder, int port, int bytes) throws IOException {
        Path body = Files.writeString(folder.resolve("body"), "x".repeat(bytes));
        return start(folder, "endpoint", """
                %sfrontend in
                  bind 127.0.0.1:%d
                  http-request return status 200 content-type text/plain file %s
                """.formatted(GLOBAL, port, body));
    }

    /** Starts the two hops. */
    static Setting start(Path folder, Material material, int entryPort, int tunnelPort, int endpointPort)
            throws IOException {
        String suite = "ciphersuites TLS_AES_128_GCM_SHA256";
        Program far = start(folder, "far", """
                %sfrontend tunnel
                  bind 127.0.0.1:%d ssl crt %s ca-file %s verify required alpn h2 curves X25519 %s ssl-min-ver TLSv1.3
                  default_backend endpoint
                backend endpoint
                  server e 127.0.0.1:%d
                """.formatted(
                        GLOBAL, tunnelPort, material.pem("b"), material.bundle(), suite, endpointPort));
        Program near = start(folder, "near", """
                %sfrontend in
                  bind 127.0.0.1:%d
                  default_backend tunnel
                backend tunnel
                  server b 127.0.0.1:%d ssl crt %s ca-file %s verify required alpn h2 %s ssl-min-ver TLSv1.3
                """.formatted(
                        GLOBAL, entryPort, tunnelPort, material.pem("a"), material.bundle(), suite));
        return new Setting("haproxy", entryPort, List.of(near, far));
    }

    private static Program start(Path folder, String name, String configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("haproxy-" + name + ".cfg"), configuration);
        return Program.start(
                folder.resolve("haproxy-" + name + ".log"), List.of("haproxy", "-db", "-f", file.toString()));
    }
}
