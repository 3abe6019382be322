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

    /** What a node tells endpoints of a request, as HAProxy is usually made to tell it. */
    private static final String TELLING_NEAR = """
              option forwardfor
              unique-id-format %[uuid()]
              unique-id-header X-Request-Id
              http-request set-header X-Forwarded-Proto http
              http-request set-header X-Forwarded-Host %[req.hdr(host)]
              http-request set-header Via "1.1 near"
              http-request set-header traceparent 00-%[uuid(),sha1,hex,lower,bytes(0,32)]-%[uuid(),sha1,hex,lower,bytes(0,16)]-00
            """.indent(2);

    private static final String TELLING_FAR = "    http-request add-header Via \"2 far\"\n";

    /** What {@link Doors#rules} says. */
    private static final String RULES = """
              http-request deny deny_status 404 unless { path_beg /shop/ } { req.hdr(x-tenant) -m str blue }
              http-request replace-path ^/shop/(.*) /\\1
              http-request set-header X-Edited near
              http-request del-header X-Tenant
              http-response set-header X-Served-By rules
            """.indent(2);

    private final Ground ground;
    private final String name;
    private final String tellingNear;
    private final String tellingFar;

    private HaproxyHops(Ground ground, String name, String tellingNear, String tellingFar) {
        this.ground = ground;
        this.name = name;
        this.tellingNear = tellingNear;
        this.tellingFar = tellingFar;
    }

    /** Starts the two hops, which forward requests as they are. */
    public static Setting start(Ground ground) throws IOException {
        return new HaproxyHops(ground, "haproxy", "", "").start();
    }

    /** Starts the two hops, which add the fields that a node adds: forwarding, request id, {@code Via} and trace context. */
    public static Setting startTelling(Ground ground) throws IOException {
        return new HaproxyHops(ground, "haproxy-telling", TELLING_NEAR, TELLING_FAR).start();
    }

    private Setting start() throws IOException {
        int[] ports = Ports.free(5);
        Doors doors = new Doors(ports[0], ports[4], ports[1], ports[2]);
        Program far = start("far", far(doors.tls(), ports[3]));
        Program near = start("near", near(doors, ports[3]));
        return new Setting(name, "x25519", doors, List.of(near, far));
    }

    private String far(int http, int tcp) {
        Material material = ground.material();
        String bind = "ssl crt %s ca-file %s verify required curves X25519 %s"
                .formatted(material.pem("b"), material.bundle(), TLS);
        return """
                %sfrontend tunnel
                  bind 127.0.0.1:%d %s alpn h2
                %s  default_backend endpoint
                backend endpoint
                  server e 127.0.0.1:%d
                listen streams
                  mode tcp
                  bind 127.0.0.1:%d %s
                  server e 127.0.0.1:%d
                """.formatted(GLOBAL, http, bind, tellingFar, ground.httpPort(), tcp, bind, ground.sinkPort());
    }

    private String near(Doors doors, int farTcp) {
        Material material = ground.material();
        String link = "ssl crt %s ca-file %s verify required %s".formatted(material.pem("a"), material.bundle(), TLS);
        return """
                %sfrontend in
                  bind 127.0.0.1:%d
                %s  default_backend tunnel
                frontend rules
                  bind 127.0.0.1:%d
                %s%s  default_backend tunnel
                backend tunnel
                  server b 127.0.0.1:%d %s alpn h2
                listen streams
                  mode tcp
                  bind 127.0.0.1:%d
                  server b 127.0.0.1:%d %s
                """.formatted(
                        GLOBAL,
                        doors.http(),
                        tellingNear,
                        doors.rules(),
                        RULES,
                        tellingNear,
                        doors.tls(),
                        link,
                        doors.tcp(),
                        farTcp,
                        link);
    }

    private Program start(String side, String configuration) throws IOException {
        String hop = name + "-" + side;
        Path file = Files.writeString(ground.folder().resolve(hop + ".cfg"), configuration);
        return ground.programs().start(hop, List.of(Tool.HAPROXY.path(), "-db", "-f", file.toString()), Map.of());
    }
}
