package io.bridgehead.listen;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.wire.LeakWatch;
import io.bridgehead.wire.WireLimits;
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
 * What lying endpoints answer reaches the client as the corpus says, through one node and through two, and a connection that
 * leaves any doubt is not used again.
 */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(600)
final class LyingEndpointsTest {
    private final HostileBed bed;

    LyingEndpointsTest() throws Exception {
        bed = new HostileBed(WireLimits.edge(), Timeouts.HTTP_DEFAULT);
    }

    @AfterAll
    void stop() {
        bed.close();
    }

    @TestFactory
    Stream<DynamicTest> endpoints() {
        return HostileClientsTest.runs(CaseFile.read("endpoints")).stream()
                .filter(run -> !run.byteByByte())
                .map((Case.Run run) -> DynamicTest.dynamicTest(run.toString(), () -> bed.run(run)));
    }
}
