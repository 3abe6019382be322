package io.bridgehead.e2e.traffic;

import java.io.IOException;
import java.util.Arrays;

/** Measures how long GETs take, one after the other on one connection. */
public final class Latency {
    private static final int GETS = 300;
    private static final double PERCENT = 0.99;

    private Latency() {}

    /** The time within which 99 of 100 GETs are answered, in microseconds. */
    public static long p99Micros(int port, String host) throws IOException {
        long[] micros = new long[GETS];
        try (RawClient client = RawClient.to(port)) {
            for (int i = 0; i < GETS; i++) {
                long start = System.nanoTime();
                Message answer = client.exchange("GET", host, "/quick", "");
                micros[i] = (System.nanoTime() - start) / 1_000;
                if (answer.status() != 200) {
                    throw new IOException("answered by " + answer.status());
                }
            }
        }
        Arrays.sort(micros);
        return micros[(int) (GETS * PERCENT)];
    }
}
