package io.bridgehead.load.setting;

import io.bridgehead.load.process.Ports;
import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** stunnel as two hops with mutual TLS 1.3 around TCP streams between them; it takes a thread for each connection. */
public final class StunnelHops {
    private StunnelHops() {}

    /** Starts the two hops. */
    public static Setting start(Ground ground) throws IOException {
        int[] ports = Ports.free(2);
        Doors doors = new Doors(0, 0, ports[0], ports[1]);
        Program far = start(ground, "stunnel-far", "b", "no", doors.tls(), ground.sinkPort());
        Program near = start(ground, "stunnel-near", "a", "yes", doors.tcp(), doors.tls());
        return new Setting("stunnel4", "x25519", doors, List.of(near, far));
    }

    private static Program start(Ground ground, String name, String hop, String client, int accept, int connect)
            throws IOException {
        Material material = ground.material();
        Path file = Files.writeString(ground.folder().resolve(name + ".conf"), """
                foreground = yes
                pid =
                debug = warning
                cert = %s
                key = %s
                CAfile = %s
                verifyChain = yes
                sslVersionMin = TLSv1.3
                ciphersuites = TLS_AES_128_GCM_SHA256
                curves = X25519
                libwrap = no
                socket = l:TCP_NODELAY=1
                socket = r:TCP_NODELAY=1
                [streams]
                client = %s
                accept = 127.0.0.1:%d
                connect = 127.0.0.1:%d
                """.formatted(
                        material.certificate(hop), material.key(hop), material.bundle(), client, accept, connect));
        return ground.programs().start(name, List.of(Tool.STUNNEL.path(), file.toString()), Map.of());
    }
}
