package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who gets a turn when many ask at once. */
final class ProbeTurnsTest {
    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop loop = loops.all().getFirst();
    private final ProbeTurns turns = OnLoop.call(loop, () -> new ProbeTurns(loop));
    private final List<Integer> begun = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(1);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private List<ProbeTurns.Place> places(int count) {
        List<ProbeTurns.Place> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            places.add(turns.place(() -> begun.add(number)));
        }
        return places;
    }

    @Test
    void fewBeginInOneTickAndABoundedNumberIsUnderWay() {
        List<ProbeTurns.Place> places = places(2 * ProbeTurns.UNDER_WAY_MAX);
        int atOnce = OnLoop.call(loop, () -> {
            loop.stopClock(); // all of this is one moment
            places.forEach(place -> place.ask(false));
            loop.startClock();
            return begun.size();
        });
        assertThat(atOnce).isEqualTo(ProbeTurns.BEGIN_MAX);
        OnLoop.await("as many as may be under way", () -> begun.size() >= ProbeTurns.UNDER_WAY_MAX);
        // The second half waits until the first has ended.
        int before = OnLoop.call(loop, () -> {
            int until = begun.size();
            places.subList(0, ProbeTurns.UNDER_WAY_MAX).forEach(ProbeTurns.Place::ended);
            return until;
        });
        assertThat(before).isEqualTo(ProbeTurns.UNDER_WAY_MAX);
        OnLoop.await("the rest", () -> begun.size() == places.size());
        assertThat(begun).isSorted();
    }

    @Test
    void whatIsSuspectedGoesFirstAndWhoLeftGetsNoTurn() {
        List<ProbeTurns.Place> places = places(100);
        OnLoop.run(loop, () -> {
            loop.stopClock();
            places.forEach(place -> place.ask(false));
            places.get(98).ask(true);
            places.get(99).leave();
            loop.startClock();
        });
        OnLoop.await("all that stayed", () -> begun.size() == 99);
        assertThat(begun.get(ProbeTurns.BEGIN_MAX)).isEqualTo(98);
        assertThat(begun).doesNotContain(99).doesNotHaveDuplicates();
    }

    @Test
    void aPlaceGetsOneTurnForEachTimeItAsks() {
        List<ProbeTurns.Place> places = places(ProbeTurns.BEGIN_MAX + 1);
        ProbeTurns.Place last = places.getLast();
        OnLoop.run(loop, () -> {
            loop.stopClock();
            places.forEach(place -> place.ask(false));
            last.ask(true);
            loop.startClock();
        });
        OnLoop.await("its turn", () -> begun.contains(ProbeTurns.BEGIN_MAX));
        OnLoop.run(loop, () -> {
            last.ended();
            last.ask(false);
        });
        OnLoop.await("its second turn", () -> begun.size() == ProbeTurns.BEGIN_MAX + 2);
        assertThat(begun.getLast()).isEqualTo(ProbeTurns.BEGIN_MAX);
    }
}
