package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.testing.GoldenBytes;
import io.bridgehead.cluster.testing.Records;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final Changeset CHANGESET =
            Records.changeset("team-a", Optional.empty(), Map.of("orders", "kind: Service\n", "zürich", "x"));
    private static final Changeset DESCENDANT = new Changeset(
            "team-a",
            3,
            List.of(new RevisionId(2, "0c1d2e3f")),
            "ann",
            Instant.ofEpochMilli(1_700_000_000_000L),
            "why",
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeSet<>(),
            new TreeSet<>(List.of(new RevisionId(1, "4b6a7988"))));
    private static final SignedRecord RECORD = Records.signed(CHANGESET, new Stamp(1_700_000_000_123L, 7, "cli"));
    private static final SignedRecord HEALTH =
            Records.health(Records.node("aws", "n1"), 5, 9, new Stamp(1_700_000_000_123L, 0, "aws/n1"), "fit");

    private static final SignedRecord ORDER = Records.signed(
            new Order(
                    "quarantine",
                    "",
                    "azure",
                    "",
                    "keys were stolen",
                    Records.OPERATOR,
                    Instant.ofEpochMilli(1_700_000_000_000L),
                    Optional.of(Instant.ofEpochMilli(1_700_007_200_000L)),
                    false),
            new Stamp(1_700_000_000_123L, 7, "cli"));

    private static final Order WITH_DETAIL = new Order(
            "drain",
            "orders",
            "azure",
            "",
            "back to work",
            Records.OPERATOR,
            Instant.ofEpochMilli(1_700_000_000_000L),
            Optional.empty(),
            true,
            new Order.Detail("[2001:db8::7]:8080", Duration.ofMinutes(10)));

    @Test
    void theBytesOfFormat1StayWhatTheyAre() throws IOException {
        assertThat(RecordCodec.encode(RECORD).toHex()).isEqualTo(golden("changeset-record-1.hex"));
        assertThat(RecordCodec.encode(HEALTH).toHex()).isEqualTo(golden("health-record-1.hex"));
        assertThat(RecordCodec.encode(ORDER).toHex()).isEqualTo(golden("order-record-1.hex"));
        assertThat(RECORD.content().toBeSigned().toHex()).isEqualTo(golden("changeset-to-be-signed-1.hex"));
    }

    @Test
    void theBytesOfAnOrderWithDetailStayWhatTheyAre() throws IOException {
        SignedRecord record = Records.signed(WITH_DETAIL, new Stamp(1_700_000_000_123L, 7, "cli"));
        GoldenBytes.check("order-with-detail-record-1.hex", RecordCodec.encode(record));
        SignedRecord read = RecordCodec.decode(GoldenBytes.stored("order-with-detail-record-1.hex"));
        assertThat(read).isEqualTo(record);
        assertThat(read.body().get(0)).as("its version").isEqualTo((byte) 2);
        assertThat(Order.decode(read.body())).isEqualTo(WITH_DETAIL);
    }

    @Test
    void whatEarlierNodesHaveWrittenIsRead() throws IOException {
        assertThat(RecordCodec.decode(GoldenBytes.stored("changeset-record-1.hex")))
                .isEqualTo(RECORD);
        assertThat(RecordCodec.decode(GoldenBytes.stored("health-record-1.hex")))
                .isEqualTo(HEALTH);
        SignedRecord order = RecordCodec.decode(GoldenBytes.stored("order-record-1.hex"));
        assertThat(order).isEqualTo(ORDER);
        assertThat(Order.decode(order.body()).action()).isEqualTo("quarantine");
    }

    @Test
    void theBytesOfAChangesetThatNamesAncestorsStayWhatTheyAre() throws IOException {
        SignedRecord record = Records.signed(DESCENDANT, new Stamp(1_700_000_000_123L, 7, "cli"));
        assertThat(RecordCodec.encode(record).toHex()).isEqualTo(golden("changeset-with-ancestors-record-1.hex"));
        assertThat(ChangesetCodec.decode(record.body())).isEqualTo(DESCENDANT);
        for (int i = 0; i < record.body().size(); i++) {
            Bytes prefix = record.body().slice(0, i);
            assertThatThrownBy(() -> ChangesetCodec.decode(prefix)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void theBytesOfADifferenceStayWhatTheyAre() throws IOException {
        Changeset before = Records.changeset(
                "team-a", Optional.empty(), Map.of("a", "1", "b", "2", "c", "3", "orders", "4", "zürich", "x"));
        Changeset after = Records.changeset(
                "team-a", Optional.empty(), Map.of("a", "1", "b", "2", "c", "3", "orders", "kind: Service\n"));
        Changeset difference = new Changeset(
                        "team-a",
                        3,
                        DESCENDANT.parents(),
                        "ann",
                        DESCENDANT.time(),
                        "why",
                        after.listing(),
                        after.contents(),
                        new TreeSet<>(List.of("zürich")),
                        DESCENDANT.ancestors())
                .shorter(((Listing.Whole) before.listing()).manifest(), 6);
        assertThat(difference.listing()).isInstanceOf(Listing.Difference.class);
        SignedRecord record = Records.signed(difference, new Stamp(1_700_000_000_456L, 0, "cli"));
        assertThat(RecordCodec.encode(record).toHex()).isEqualTo(golden("changeset-difference-record-1.hex"));
        assertThat(ChangesetCodec.decode(record.body())).isEqualTo(difference);
        for (int i = 0; i < record.body().size(); i++) {
            Bytes prefix = record.body().slice(0, i);
            assertThatThrownBy(() -> ChangesetCodec.decode(prefix)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void ancestorsReachBackSoFarAndNoFurther() {
        RevisionId parent = new RevisionId(100, "0c1d2e3f");
        assertThat(Ancestry.of(
                        List.of(parent),
                        List.of(parent, new RevisionId(37, "aaaaaaaa"), new RevisionId(36, "aaaaaaaa"))))
                .containsExactly(new RevisionId(37, "aaaaaaaa"));
        assertThatThrownBy(() -> DESCENDANT.descendingFrom(new TreeSet<>(List.of(parent))))
                .hasMessageContaining("expected a number below its own, 3");
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        SignedRecord read = RecordCodec.decode(RecordCodec.encode(RECORD));
        assertThat(read).isEqualTo(RECORD);
        Changeset changeset = ChangesetCodec.decode(read.body());
        assertThat(changeset).isEqualTo(CHANGESET);
        Set<String> listed = Collections.newSetFromMap(new IdentityHashMap<>());
        listed.addAll(
                ((Listing.Whole) changeset.listing()).manifest().documents().keySet());
        assertThat(changeset.contents().keySet()).as("each name is kept once").allMatch(listed::contains);
        assertThat(HealthMessage.decode(HEALTH.body())).isEqualTo(new HealthMessage(5, 9, Bytes.utf8("fit")));
    }

    @Test
    void theSignatureCoversEverythingButItselfAndTheChain() {
        UnsignedRecord content = RECORD.content();
        assertThat(List.of(
                        new UnsignedRecord(Kind.ORDER, "team-a", content.origin(), content.stamp(), content.body()),
                        new UnsignedRecord(Kind.CHANGESET, "team-b", content.origin(), content.stamp(), content.body()),
                        new UnsignedRecord(Kind.CHANGESET, "team-a", "spiffe://x/y", content.stamp(), content.body()),
                        new UnsignedRecord(
                                Kind.CHANGESET, "team-a", content.origin(), Records.stamp(1), content.body()),
                        new UnsignedRecord(
                                Kind.CHANGESET, "team-a", content.origin(), content.stamp(), Bytes.utf8("other"))))
                .extracting(UnsignedRecord::toBeSigned)
                .doesNotContain(content.toBeSigned())
                .doesNotHaveDuplicates();
        assertThat(content.toBeSigned().toUtf8()).startsWith("bridgehead signed record v1\0");
    }

    @Test
    void everyPrefixIsRefused() {
        Bytes bytes = RecordCodec.encode(RECORD);
        for (int i = 0; i < bytes.size(); i++) {
            Bytes prefix = bytes.slice(0, i);
            assertThatThrownBy(() -> RecordCodec.decode(prefix)).isInstanceOf(MalformedException.class);
        }
        Bytes body = RECORD.body();
        for (int i = 0; i < body.size(); i++) {
            Bytes prefix = body.slice(0, i);
            assertThatThrownBy(() -> ChangesetCodec.decode(prefix)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void noChangedByteIsReadAsTheSameRecord() throws IOException {
        byte[] bytes = RecordCodec.encode(RECORD).toArray();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x55;
            try {
                SignedRecord read = RecordCodec.decode(Bytes.wrap(changed));
                assertThat(read).isNotEqualTo(RECORD);
                assertThat(RecordCodec.encode(read)).isEqualTo(Bytes.wrap(changed));
            } catch (MalformedException e) {
                assertThat(e).hasMessageContaining("record: ");
            }
        }
    }

    @Test
    void whatFollowsIsRefused() {
        Bytes longer = new BinaryWriter().raw(RecordCodec.encode(RECORD)).u8(0).toBytes();
        assertThatThrownBy(() -> RecordCodec.decode(longer)).hasMessageContaining("expected the end");
    }

    @Test
    void aNewerVersionSaysSo() {
        byte[] bytes = RecordCodec.encode(RECORD).toArray();
        bytes[3] = 2;
        assertThatThrownBy(() -> RecordCodec.decode(Bytes.wrap(bytes)))
                .hasMessageContaining("format version is 2; expected 1");
    }

    @Test
    void aCountDoesNotMakeUsAllocate() {
        Bytes bomb = new BinaryWriter()
                .u8(1)
                .text("s")
                .i64(1)
                .u8(0)
                .text("")
                .i64(0)
                .text("")
                .i32(20_000)
                .toBytes();
        assertThatThrownBy(() -> ChangesetCodec.decode(bomb)).hasMessageContaining("manifest counts 20000");
    }

    @Test
    void boundsAreKept() {
        assertThatThrownBy(() -> new UnsignedRecord(
                        Kind.ORDER, "s", "o", Records.stamp(1), Bytes.wrap(new byte[Limits.BODY_BYTES_MAX + 1])))
                .hasMessageContaining("record's body has a size of");
        assertThatThrownBy(() -> new Kind("Health")).hasMessageContaining("expected 1-32");
        assertThatThrownBy(() -> RevisionId.parse("7")).hasMessageContaining("such as 7-0c1d2e3f");
        assertThat(RevisionId.parse(CHANGESET.id().toString())).isEqualTo(CHANGESET.id());
    }

    @Test
    void aContentThatIsNotWhatTheManifestSaysIsRefused() {
        assertThatThrownBy(() -> Records.carrying(
                        "s", Optional.empty(), Map.of("orders", "a"), new TreeMap<>(Map.of("orders", Bytes.utf8("b")))))
                .hasMessageContaining("document \"orders\" is carried with content of hash");
    }

    private static String golden(String name) {
        return GoldenBytes.stored(name).toHex();
    }
}
