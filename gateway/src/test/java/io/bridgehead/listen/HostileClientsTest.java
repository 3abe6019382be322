package io.bridgehead.listen;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.wire.LeakWatch;
import io.bridgehead.wire.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What hostile clients send gets the verdict that stands beside it in the corpus, through one node and through two, however the
 * bytes are cut; and the endpoint gets the bytes that stand there, or nothing.
 */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(600)
final class HostileClientsTest {
    private static final int BYTE_BY_BYTE_MAX = 1500;

    private final HostileBed bed;

    HostileClientsTest() throws Exception {
        bed = new HostileBed(WireLimits.edge(), Timeouts.HTTP_DEFAULT);
    }

    @AfterAll
    void stop() {
        bed.close();
    }

    @TestFactory
    Stream<DynamicTest> smuggling() {
        return all("smuggling");
    }

    @TestFactory
    Stream<DynamicTest> chunks() {
        return all("chunks");
    }

    @TestFactory
    Stream<DynamicTest> downgrade() {
        return all("downgrade");
    }

    @TestFactory
    Stream<DynamicTest> paths() {
        return all("paths");
    }

    @TestFactory
    Stream<DynamicTest> hosts() {
        return all("hosts");
    }

    @TestFactory
    Stream<DynamicTest> requestLines() {
        return all("request-lines");
    }

    @TestFactory
    Stream<DynamicTest> fields() {
        return all("fields");
    }

    @TestFactory
    Stream<DynamicTest> frames() {
        return all("frames");
    }

    @TestFactory
    Stream<DynamicTest> floods() {
        return all("floods");
    }

    private Stream<DynamicTest> all(String family) {
        return runs(CaseFile.read(family)).stream()
                .map(run -> DynamicTest.dynamicTest(run.toString(), () -> bed.run(run)));
    }

    static List<Case.Run> runs(List<Case> cases) {
        List<Case.Run> runs = new ArrayList<>();
        for (Case given : cases) {
            for (boolean tunnel : new boolean[] {false, true}) {
                String http1 = given.http1();
                if (http1 != null) {
                    runs.add(new Case.Run(given, false, false, tunnel));
                    if (http1.length() <= BYTE_BY_BYTE_MAX) {
                        runs.add(new Case.Run(given, false, true, tunnel));
                    }
                }
                if (given.frames() != null) {
                    runs.add(new Case.Run(given, true, false, tunnel));
                }
            }
        }
        return runs;
    }
}
