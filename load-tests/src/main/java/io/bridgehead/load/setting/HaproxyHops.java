package io.bridgehead.load.setting;

import io.bridgehead.load.process.Ports;
import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** HAProxy as two hops with HTTP/2 over mutual TLS 1.3 between them, and TLS around TCP streams; one thread each, no resumption. */
public final class HaproxyHops {
    private static final String GLOBAL = """
            global
              nbthread 1
              maxconn 4000
              tune.ssl.cachesize 0
            defaults
              mode http
              timeout client 60s
              timeout server 60s
              timeout connect 2s
              timeout http-keep-alive 60s
              http-reuse always
            """;
    private static final String TLS = "ciphersuites TLS_AES_128_GCM_SHA256 ssl-min-ver TLSv1.3 no-tls-tickets";

    private HaproxyHops() {}

    /** Starts the two hops. */
    public static Setting start(Ground ground) throws IOException {
        int[] ports = Ports.free(4);
        Doors doors = new Doors(ports[0], ports[1], ports[2]);
        Program far = start(ground, "far", far(ground, doors.tls(), ports[3]));
        Program near = start(ground, "near", near(ground, doors, ports[3]));
        return new Setting("haproxy", "x25519", doors, List.of(near, far));
    }

    private static String far(Ground ground, int http, int tcp) {
        Material material = ground.material();
        String bind = "ssl crt %s ca-file %s verify required curves X25519 %s"
                .formatted(material.pem("b"), material.bundle(), TLS);
        return """
                %sfrontend tunnel
                  bind 127.0.0.1:%d %s alpn h2
                  default_backend endpoint
                backend endpoint
                  server e 127.0.0.1:%d
                listen streams
                  mode tcp
                  bind 127.0.0.1:%d %s
                  server e 127.0.0.1:%d
                """.formatted(GLOBAL, http, bind, ground.httpPort(), tcp, bind, ground.sinkPort());
    }

    private static String near(Ground ground, Doors doors, int farTcp) {
        Material material = ground.material();
        String link = "ssl crt %s ca-file %s verify required %s".formatted(material.pem("a"), material.bundle(), TLS);
        return """
                %sfrontend in
                  bind 127.0.0.1:%d
                  default_backend tunnel
                backend tunnel
                  server b 127.0.0.1:%d %s alpn h2
                listen streams
                  mode tcp
                  bind 127.0.0.1:%d
                  server b 127.0.0.1:%d %s
                """.formatted(GLOBAL, doors.http(), doors.tls(), link, doors.tcp(), farTcp, link);
    }

    private static Program start(Ground ground, String side, String configuration) throws IOException {
        String name = "haproxy-" + side;
        Path file = Files.writeString(ground.folder().resolve(name + ".cfg"), configuration);
        return ground.programs().start(name, List.of(Tool.HAPROXY.path(), "-db", "-f", file.toString()), Map.of());
    }
}
