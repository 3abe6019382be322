package io.bridgehead.listen;

import io.bridgehead.corpus.Case;
import io.bridgehead.corpus.CaseFile;
import io.bridgehead.routing.Timeouts;
import io.bridgehead.wire.LeakWatch;
import io.bridgehead.wire.WireLimits;
import java.time.Duration;
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

/** What does not go on is ended by a timer, as the corpus says, through one node and through two. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(600)
final class StallsTest {
    private final HostileBed bed;

    StallsTest() throws Exception {
        Timeouts brief = new Timeouts(
                Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofMillis(700));
        bed = new HostileBed(WireLimits.edge().withTimers(500, 700, 250), brief);
    }

    @AfterAll
    void stop() {
        bed.close();
    }

    @TestFactory
    Stream<DynamicTest> stalls() {
        return HostileClientsTest.runs(CaseFile.read("stalls")).stream()
                .filter(run -> !run.byteByByte()
                        && !(run.tunnel() && run.given().received().isEmpty()))
                .map((Case.Run run) -> DynamicTest.dynamicTest(run.toString(), () -> bed.run(run)));
    }
}
