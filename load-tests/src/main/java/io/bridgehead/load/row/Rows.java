package io.bridgehead.load.row;

import io.bridgehead.load.process.Programs;
import io.bridgehead.load.setting.Backend;
import io.bridgehead.load.setting.Material;
import java.util.List;

/** All rows of the comparison. */
public final class Rows {
    private static final int KIB = 1024;

    private Rows() {}

    /** In the order of the table. */
    public static List<Row> all(Programs programs, Sampler sampler, Backend backend, Material material) {
        Wrk wrk = new Wrk(programs);
        AesSpeed aes = new AesSpeed(programs);
        return List.of(
                new HttpRow("small-1", new HttpLoad(1, 0, 16), 1000, sampler, wrk),
                new HttpRow("small-64", new HttpLoad(64, 0, 16), 3000, sampler, wrk),
                new HttpRow("small-512", new HttpLoad(512, 0, 16), 3000, sampler, wrk),
                new HttpRow("rules-64", new HttpLoad(64, 0, 16, true), 3000, sampler, wrk),
                new HttpRow("get-16k", new HttpLoad(64, 0, 16 * KIB), 2000, sampler, wrk),
                new HttpRow("get-1m", new HttpLoad(16, 0, KIB * KIB), 50, sampler, wrk),
                new HttpRow("post-16k", new HttpLoad(64, 16 * KIB, 16), 2000, sampler, wrk),
                new StreamRow("tcp-1", 1, sampler, backend, aes),
                new StreamRow("tcp-8", 8, sampler, backend, aes),
                new HandshakeRow(sampler, new HandshakeCaller(material)));
    }
}
