package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.CommitResult.Committed;
import io.bridgehead.cluster.api.CommitResult.Conflict;
import io.bridgehead.cluster.api.CommitResult.Refused;
import io.bridgehead.cluster.api.CommitResult.Unavailable;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.TestAuthority;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who decides on a changeset, and what comes of it at the node that was asked. */
final class CommittingTest {
    private static final String SOURCE = "shop";

    private final LoneNode.Net net = new LoneNode.Net();
    private final LoneNode alpha = net.node("alpha");
    private final LoneNode mike = net.node("mike");
    private final LoneNode zulu = net.node("zulu");
    private final List<LoneNode> clustered = new ArrayList<>();

    private CommitResult commit(LoneNode at) {
        return net.commit(at, LoneNode.proposal(at, SOURCE, 1));
    }

    private static CommitResult committed(LoneNode at) {
        return new Committed(LoneNode.proposal(at, SOURCE, 1).changeset().id());
    }

    @Test
    void aNodeThatIsInAClusterHasThatDecideAndFindsOutNowAndThenWhetherOneComesBeforeIt() {
        net.connect(alpha, mike, zulu);
        zulu.phase = Phase.JOINED;
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.decided).containsExactly(SOURCE);
        assertThat(zulu.asked).containsExactly("alpha", "mike");
        net.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ClustersAhead.PASSED_MILLIS) - 1);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).as("who stood alone is not asked for a while").hasSize(2);
        net.nanos.incrementAndGet();
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).containsExactly("alpha", "mike", "alpha", "mike");
        assertThat(alpha.decided).isEmpty();
        assertThat(mike.decided).isEmpty();
        assertThat(zulu.kept).as("its own store has it by the commit").isEmpty();
    }

    @Test
    void aMemberThatTheClusterDoesNotAnswerHasOtherMembersTry() {
        for (LoneNode member : new LoneNode[] {alpha, mike, zulu}) {
            member.phase = Phase.JOINED;
            zulu.members.add(member.name);
        }
        zulu.members.remove(zulu.name);
        zulu.says = Optional.of(new Unavailable("the way is cut"));
        alpha.says = Optional.of(new Unavailable("cut here too"));
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).containsExactly("alpha", "mike");
        assertThat(zulu.kept).as("it is kept before it is acknowledged").containsExactly("mike");
        mike.phase = Phase.ALONE;
        assertThat(commit(zulu)).as("nobody can").isEqualTo(zulu.says.get());
        LoneNode november = net.node("november");
        zulu.members.add(november.name);
        net.silent.put(alpha.name, TimeUnit.MINUTES.toNanos(1));
        net.silent.put(mike.name, TimeUnit.MINUTES.toNanos(1));
        zulu.asked.clear();
        assertThat(millis(() -> commit(zulu))).isEqualTo(2 * Committing.ANSWER_MILLIS_MAX);
        assertThat(zulu.asked).as("no longer than a while").containsExactly("alpha", "mike");
    }

    @Test
    void ofClustersBesideEachOtherTheOneWithTheFirstNameDecidesForAll() {
        LoneNode yankee = net.node("yankee");
        beside(alpha, mike);
        beside(yankee, zulu);
        for (LoneNode at : new LoneNode[] {alpha, mike, yankee, zulu}) {
            assertThat(commit(at)).isEqualTo(committed(at));
        }
        assertThat(alpha.asked).as("its own cluster comes first").containsExactly("yankee", "zulu");
        assertThat(commit(alpha)).isEqualTo(committed(alpha));
        assertThat(alpha.asked).as("and does for a while").hasSize(2);
        assertThat(zulu.asked).as("where they are, and the first").containsExactly("alpha", "mike", "alpha");
        assertThat(alpha.decided).hasSize(4);
        assertThat(mike.decided).hasSize(1);
        assertThat(zulu.decided).isEmpty();
        assertThat(zulu.kept).as("it is kept before it is acknowledged").containsExactly("alpha");
    }

    @Test
    void aClusterThatReachesNoneBeforeItDecidesAndNotWhenTwoOfThatSayThatItIsBusy() {
        LoneNode yankee = net.node("yankee");
        beside(alpha, mike);
        beside(yankee, zulu);
        net.silent.put(alpha.name, 0L);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(mike.decided).as("the next member of that cluster").hasSize(1);
        net.silent.put(mike.name, 0L);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.decided).as("as on its side of a cut").hasSize(1);
        net.silent.clear();
        alpha.says = Optional.of(new Unavailable("busy"));
        mike.says = Optional.of(new Unavailable("busy too"));
        assertThat(commit(zulu)).as("it was silent and is asked at once").isEqualTo(alpha.says.get());
        assertThat(zulu.decided).hasSize(1);
        mike.phase = Phase.ALONE;
        assertThat(commit(zulu)).as("one alone keeps nobody from deciding").isEqualTo(committed(zulu));
        assertThat(zulu.decided).hasSize(2);
        assertThat(yankee.decided).isEmpty();
    }

    @Test
    void aClusterAheadIsFoundByAnyOfItsMembersThatIsReached() {
        LoneNode yankee = net.node("yankee");
        beside(alpha, zulu);
        beside(mike, yankee);
        mike.reaches.remove(alpha.name);
        assertThat(commit(mike)).isEqualTo(committed(mike));
        assertThat(mike.asked).containsExactly("zulu", "zulu");
        assertThat(zulu.decided).hasSize(1);
        assertThat(mike.decided).isEmpty();
    }

    @Test
    void whoLetsItsTimePassIsNotAskedForAWhile() {
        LoneNode yankee = net.node("yankee");
        beside(alpha, mike);
        beside(yankee, zulu);
        yankee.reaches.remove(mike.name);
        net.mute.add(alpha.name);
        assertThat(millis(() -> commit(yankee))).isEqualTo(Committing.ANSWER_MILLIS_MAX);
        assertThat(yankee.asked).containsExactly("alpha", "alpha");
        assertThat(millis(() -> commit(yankee))).isZero();
        assertThat(yankee.decided).hasSize(2);
        net.mute.clear();
        net.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ClustersAhead.SILENT_MILLIS));
        assertThat(commit(yankee)).isEqualTo(committed(yankee));
        assertThat(alpha.decided).hasSize(1);
        net.silent.put(alpha.name, TimeUnit.MINUTES.toNanos(1));
        assertThat(millis(() -> commit(yankee))).isEqualTo(ClustersAhead.ASKING_MILLIS);
        assertThat(millis(() -> commit(yankee))).isZero();
        net.silent.clear();
        net.garbled.put(alpha.name, Bytes.utf8("what?"));
        net.nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ClustersAhead.SILENT_MILLIS));
        assertThat(commit(yankee)).as("it cannot be read").isEqualTo(committed(yankee));
        net.garbled.clear();
        assertThat(commit(yankee)).as("and is asked at once").isEqualTo(committed(yankee));
        assertThat(alpha.decided).hasSize(2);
    }

    @Test
    void whoIsAskedHasAnsweredInTimeHoweverLongOthersTake() {
        LoneNode yankee = net.node("yankee");
        LoneNode bravo = net.node("bravo");
        beside(alpha, mike);
        beside(yankee, zulu);
        bravo.reaches.add(zulu.name);
        net.mute.add(alpha.name);
        net.silent.put(mike.name, TimeUnit.MINUTES.toNanos(1));
        assertThat(millis(() -> commit(bravo))).isEqualTo(Committing.ANSWERING_MILLIS_MAX);
        assertThat(zulu.decided).as("in its own cluster").hasSize(1);
        assertThat(bravo.kept).containsExactly("zulu");
        net.mute.clear();
        assertThat(commit(bravo)).isEqualTo(committed(bravo));
        assertThat(alpha.decided).as("it had no time of its own to pass").hasSize(1);
    }

    /** What something takes of the net's time. */
    private long millis(Runnable something) {
        long begun = net.nanos.get();
        something.run();
        return TimeUnit.NANOSECONDS.toMillis(net.nanos.get() - begun);
    }

    @Test
    void aLoneNodeThatReachesOneClusterHasTheFirstDecide() {
        LoneNode yankee = net.node("yankee");
        LoneNode bravo = net.node("bravo");
        beside(alpha, mike);
        beside(yankee, zulu);
        bravo.reaches.add(zulu.name);
        assertThat(commit(bravo)).isEqualTo(committed(bravo));
        assertThat(bravo.asked).containsExactly("zulu");
        assertThat(zulu.asked).containsExactly("alpha", "mike", "alpha");
        assertThat(alpha.decided).hasSize(1);
        assertThat(zulu.decided).isEmpty();
        assertThat(bravo.kept).containsExactly("zulu");
        assertThat(zulu.kept).containsExactly("alpha");
    }

    /** A cluster of these; each has a tunnel to every node of the clusters that are there. */
    private void beside(LoneNode... cluster) {
        for (LoneNode member : cluster) {
            member.phase = Phase.JOINED;
            member.shown = Stream.of(cluster).map(CommittingTest::member).toList();
            clustered.forEach(other -> net.connect(member, other));
        }
        clustered.addAll(List.of(cluster));
    }

    private static Member member(LoneNode node) {
        String id = "spiffe://lone/site/aws/gateway/" + node.name;
        NodeInfo info = new NodeInfo(node.name.value(), "aws", "", "", new TreeMap<>(), id);
        return new Member(info, "127.0.0.1:1", false);
    }

    @Test
    void aNodeWithoutTunnelsDecidesItself() {
        assertThat(commit(alpha)).isEqualTo(committed(alpha));
        assertThat(alpha.asked).isEmpty();
        alpha.phase = Phase.FAILED;
        alpha.says = Optional.of(new Unavailable("the port is busy"));
        assertThat(commit(alpha)).isEqualTo(new Unavailable("the port is busy"));
    }

    @Test
    void theFirstThatIsInAClusterWithOthersDecidesForALoneOne() {
        net.connect(alpha, mike, zulu);
        zulu.phase = Phase.JOINED;
        assertThat(commit(alpha)).isEqualTo(committed(alpha));
        assertThat(alpha.asked).containsExactly("mike", "zulu");
        assertThat(zulu.decided).containsExactly(SOURCE);
        assertThat(mike.decided).isEmpty();
        assertThat(alpha.decided).isEmpty();
        assertThat(alpha.kept).as("it is kept before it is acknowledged").containsExactly("zulu");
    }

    @Test
    void loneNodesThatSeeEachOtherDecideAtTheFirstByName() {
        net.connect(alpha, mike, zulu);
        for (LoneNode at : new LoneNode[] {alpha, mike, zulu}) {
            assertThat(commit(at)).isEqualTo(committed(at));
        }
        assertThat(alpha.decided).hasSize(3);
        assertThat(mike.decided).isEmpty();
        assertThat(zulu.decided).isEmpty();
        assertThat(mike.kept).containsExactly("alpha");
        assertThat(alpha.kept).isEmpty();
    }

    @Test
    void ofTwoAtOnceOneWinsWhoeverIsAsked() {
        net.connect(alpha, mike, zulu);
        Proposal first = LoneNode.proposal(zulu, SOURCE, 2);
        assertThat(net.commit(zulu, first)).isInstanceOf(Committed.class);
        CommitResult second = net.commit(mike, LoneNode.proposal(mike, SOURCE, 1));
        assertThat(second).isEqualTo(new Conflict(Optional.of(first.changeset().id())));
        assertThat(mike.kept).isEmpty();
        assertThat(net.commit(alpha, first)).as("the same again is harmless").isInstanceOf(Committed.class);
    }

    @Test
    void nodesThatOnlyDialOutDecideWhereTheyDial() {
        alpha.reaches.add(zulu.name);
        mike.reaches.add(zulu.name);
        assertThat(net.commit(alpha, LoneNode.proposal(alpha, SOURCE, 3))).isInstanceOf(Committed.class);
        assertThat(net.commit(mike, LoneNode.proposal(mike, SOURCE, 2))).isInstanceOf(Conflict.class);
        assertThat(net.commit(zulu, LoneNode.proposal(zulu, SOURCE, 1))).isInstanceOf(Conflict.class);
        assertThat(zulu.decided)
                .as("one place, though two names come before it")
                .hasSize(3);
        assertThat(alpha.decided).isEmpty();
        assertThat(mike.decided).isEmpty();
    }

    @Test
    void oneThatOnlyDialsOutGoesByTheOrderOfThoseThatCanBeDialed() {
        net.connect(mike, zulu);
        alpha.reaches.add(mike.name);
        alpha.reaches.add(zulu.name);
        for (LoneNode at : new LoneNode[] {alpha, mike, zulu}) {
            assertThat(commit(at)).isEqualTo(committed(at));
        }
        assertThat(mike.decided).hasSize(3);
    }

    @Test
    void aNodeWhoseMemberDoesNotRunHasOthersDecideAndNeverDecidesForThem() {
        net.connect(alpha, mike, zulu);
        alpha.phase = Phase.FAILED;
        assertThat(commit(alpha)).isEqualTo(committed(alpha));
        assertThat(mike.decided).hasSize(1);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).as("alpha declines twice").containsExactly("alpha", "mike", "alpha", "mike");
        assertThat(mike.decided).hasSize(2);
        assertThat(alpha.decided).isEmpty();
    }

    @Test
    void aNodeThatDoesNotAnswerIsPassedOver() {
        net.connect(alpha, mike, zulu);
        net.silent.put(alpha.name, 0L);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).as("and not asked again").containsExactly("alpha", "mike", "mike");
        assertThat(mike.decided).hasSize(1);
        assertThat(commit(mike)).isEqualTo(committed(mike));
        assertThat(mike.decided).as("the same place for both").hasSize(2);
    }

    @Test
    void askingEndsInTimeHoweverManyAreSilent() {
        for (int i = 0; i < 50; i++) {
            LoneNode one = net.node("a-" + i);
            zulu.reaches.add(one.name);
            net.silent.put(one.name, TimeUnit.SECONDS.toNanos(5));
        }
        zulu.reaches.add(alpha.name);
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(zulu.asked).hasSize(2);
        assertThat(zulu.decided).as("as on its side of a cut").hasSize(1);
    }

    @Test
    void whatIsNoAnswerIsAsGoodAsNone() {
        net.connect(alpha, mike, zulu);
        RevisionId other = LoneNode.proposal(alpha, SOURCE, 9).changeset().id();
        for (Bytes answer : new Bytes[] {
            Bytes.EMPTY,
            Bytes.utf8("what?"),
            new BinaryWriter().u8(9).blob(Bytes.EMPTY).toBytes(),
            new BinaryWriter().u8(1).blob(Bytes.utf8("no revision")).toBytes(),
            new BinaryWriter().u8(1).blob(Bytes.utf8(other.toString())).toBytes(),
            new BinaryWriter().u8(0).blob(Bytes.EMPTY).u8(1).toBytes()
        }) {
            net.garbled.put(alpha.name, answer);
            assertThat(commit(zulu)).isEqualTo(committed(zulu));
        }
        assertThat(mike.decided).hasSize(6);
        assertThat(zulu.kept).containsOnly("mike");
    }

    @Test
    void aClusterThatIsTooBusyIsAskedByAnotherOfItsMembersAndNotDecidedWithout() {
        clustered.add(zulu);
        beside(alpha, mike);
        alpha.says = Optional.of(new Unavailable("busy"));
        assertThat(commit(zulu)).isEqualTo(committed(zulu));
        assertThat(mike.decided).hasSize(1);
        mike.says = Optional.of(new Unavailable("busy too"));
        assertThat(commit(zulu)).isEqualTo(new Unavailable("busy"));
        assertThat(zulu.decided).isEmpty();
    }

    @Test
    void refusalsAndConflictsAreHandedOnAndNothingIsKept() {
        net.connect(alpha, zulu);
        alpha.phase = Phase.JOINED;
        alpha.says = Optional.of(new Refused("not here"));
        assertThat(commit(zulu)).isEqualTo(new Refused("not here"));
        alpha.says = Optional.of(new Conflict(Optional.empty()));
        assertThat(commit(zulu)).isEqualTo(new Conflict(Optional.empty()));
        alpha.says = Optional.of(new Refused("x".repeat(100_000)));
        assertThat(((Refused) commit(zulu)).reason().length()).isLessThanOrEqualTo(Limits.MESSAGE_BYTES_MAX);
        assertThat(zulu.kept).isEmpty();
    }

    @Test
    void whatIsDecidedElsewhereAndNotKeptHereIsNotAcknowledged() {
        net.connect(alpha, zulu);
        zulu.receipt = new Receipt.Rejected(Fault.NOT_KEPT, "the disk is full");
        assertThat(commit(zulu))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unavailable -> assertThat(unavailable.reason())
                                .isEqualTo(
                                        "node alpha has committed it, and this node does not keep it: the disk is full"));
        zulu.receipt = new Receipt.Known();
        assertThat(commit(zulu)).as("again, when there is space").isEqualTo(committed(zulu));
    }

    @Test
    void aChangesetThatMostClocksWouldRefuseIsRefusedWhoeverDecides() {
        net.connect(alpha, zulu);
        alpha.clocks.heard("one", LoneNode.ahead(-3_600_000));
        alpha.clocks.heard("two", LoneNode.ahead(-3_600_000));
        assertThat(commit(alpha)).isInstanceOf(Refused.class);
        assertThat(commit(zulu))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).contains("ahead of the clocks of 2 of 2 other nodes"));
        assertThat(alpha.decided).isEmpty();
    }

    @Test
    void aQuestionThatIsNoneIsRefused() {
        Committing committing = net.committing(alpha);
        KeyMaterial node = TestAuthority.root("r").material(TestAuthority.gateway("aws", "aws-a"));
        EncodedRecord health = Reader.health(node, node.id(), TestAuthority.NOW);
        for (Bytes question : new Bytes[] {
            Bytes.EMPTY,
            new BinaryWriter().u8(2).blob(Bytes.utf8("no record")).toBytes(),
            new BinaryWriter().u8(2).blob(health.bytes()).toBytes(),
            new BinaryWriter().u8(2).blob(health.bytes()).u8(1).toBytes()
        }) {
            assertThatThrownBy(() -> committing.answer(zulu.name, question))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(alpha.decided).isEmpty();
    }
}
