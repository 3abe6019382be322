package io.bridgehead.load.wan;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One TCP connection through two nodes, at 80 ms round trip and 500 Mbit/s, fills the path. Headers of IP, TCP, TLS and HTTP/2 take up to
 * 4 % of what is sent, less where segments travel in one piece, so at least 480 Mbit/s can arrive. The bar is nine tenths of that, in the
 * median second of twenty.
 */
final class OneTcpStreamFillsALongPathIT {
    private static final double FULL_MEGABITS = 480;
    private static final int SECONDS = 20;

    @Test
    void fiveHundredMegabitsAtEightyMilliseconds() throws Exception {
        try (FarFabric fabric = FarFabric.start(2, true);
                BulkSink sink = fabric.sites().in("b", BulkSink::start)) {
            fabric.sites().set("a<>b", "delay=40ms", "rate=500mbit");
            fabric.apply("""
                    apiVersion: bridgehead.io/v1
                    kind: Service
                    metadata: { name: bulk }
                    spec:
                      protocol: tcp
                      ports: [ { listener: tcp } ]
                      sites: { b: { endpoints: [ "%s" ] } }
                    """.formatted(sink.address()));
            try (Socket source = fabric.sites().in("a", () -> connected(sink))) {
                List<Double> seconds = measure(sink);
                System.out.println("megabits per second: " + seconds.stream().map(Math::round).toList());
                Collections.sort(seconds);
                assertThat(seconds.get(SECONDS / 2))
                        .as("median second; link: %s", fabric.sites().stat())
                        .isGreaterThan(0.9 * FULL_MEGABITS);
                assertThat(source.isConnected()).isTrue();
            }
        }
    }

    /** A node serves a new service once its health is known; until then it closes connections. */
    private static Socket connected(BulkSink sink) throws Exception {
        for (int tries = 0; ; tries++) {
            Socket socket = BulkSink.source(Sites.address("a"), FarFabric.TCP);
            long before = sink.bytes();
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (System.nanoTime() < end) {
                Watch.during(Duration.ofMillis(20));
                if (sink.bytes() > before) {
                    return socket;
                }
            }
            socket.close();
            assertThat(tries).as("tries to reach the sink").isLessThan(12);
        }
    }

    private static List<Double> measure(BulkSink sink) {
        List<Double> seconds = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++) {
            long before = sink.bytes();
            long start = System.nanoTime();
            Watch.during(Duration.ofSeconds(1));
            seconds.add((sink.bytes() - before) * 8e3 / (System.nanoTime() - start));
        }
        return seconds;
    }
}
