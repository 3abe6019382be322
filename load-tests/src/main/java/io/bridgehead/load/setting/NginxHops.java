package io.bridgehead.load.setting;

import io.bridgehead.load.process.Ports;
import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * nginx as two hops with HTTP/1.1, kept alive, over mutual TLS 1.3 between them; one process each, no resumption. The near hop does not
 * check the far one's certificate: nginx compares DNS names, and the certificates have none.
 */
public final class NginxHops {
    private NginxHops() {}

    /** Starts the two hops. */
    public static Setting start(Ground ground) throws IOException {
        int[] ports = Ports.free(2);
        Doors doors = new Doors(ports[0], 0, 0, ports[1]);
        Program far = start(ground, "nginx-far", far(ground, doors.tls()));
        Program near = start(ground, "nginx-near", near(ground, doors));
        return new Setting("nginx", "x25519", doors, List.of(near, far));
    }

    private static String far(Ground ground, int port) {
        Material material = ground.material();
        return """
                  upstream endpoint { server 127.0.0.1:%d; keepalive 1024; keepalive_requests 100000000; }
                  server {
                    listen 127.0.0.1:%d ssl http2;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    ssl_client_certificate %s;
                    ssl_verify_client on;
                    ssl_protocols TLSv1.3;
                    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                    ssl_ecdh_curve X25519;
                    ssl_session_cache off;
                    ssl_session_tickets off;
                    location / { proxy_pass http://endpoint; }
                  }
                """.formatted(ground.httpPort(), port, material.certificate("b"), material.key("b"), material.bundle());
    }

    private static String near(Ground ground, Doors doors) {
        Material material = ground.material();
        return """
                  upstream tunnel { server 127.0.0.1:%d; keepalive 1024; keepalive_requests 100000000; }
                  server {
                    listen 127.0.0.1:%d;
                    location / {
                      proxy_pass https://tunnel;
                      proxy_ssl_certificate %s;
                      proxy_ssl_certificate_key %s;
                      proxy_ssl_protocols TLSv1.3;
                      proxy_ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                      proxy_ssl_session_reuse off;
                    }
                  }
                """.formatted(doors.tls(), doors.http(), material.certificate("a"), material.key("a"));
    }

    private static Program start(Ground ground, String name, String servers) throws IOException {
        Path place = ground.folder().resolve(name);
        String configuration = """
                    user root;
                    daemon off;
                    master_process off;
                    worker_rlimit_nofile 8192;
                    error_log stderr warn;
                    pid %1$s.pid;
                    events { worker_connections 4096; }
                    http {
                      access_log off;
                      keepalive_requests 100000000;
                      keepalive_timeout 60s;
                      client_body_buffer_size 128k;
                      client_body_temp_path %1$s-body;
                      proxy_temp_path %1$s-proxy;
                      fastcgi_temp_path %1$s-fastcgi;
                      uwsgi_temp_path %1$s-uwsgi;
                      scgi_temp_path %1$s-scgi;
                      proxy_max_temp_file_size 0;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_set_header Host $host;
                    %2$s}
                """.formatted(place, servers);
        Path file = Files.writeString(place.resolveSibling(name + ".conf"), configuration);
        return ground.programs()
                .start(
                        name,
                        List.of(Tool.NGINX.path(), "-p", ground.folder().toString(), "-c", file.toString()),
                        Map.of());
    }
}
