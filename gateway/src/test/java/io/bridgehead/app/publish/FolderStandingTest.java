package io.bridgehead.app.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.Document;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Reading;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FolderStandingTest {
    private static final FolderContent NOTHING = FolderContent.of("docs", List.of());
    private static final FolderContent ONE = content("one.example");
    private static final FolderContent TWO = content("two.example");
    private static final FolderContent THREE = content("three.example");

    private static FolderContent content(String host) {
        Reading<List<Document>> reading = DocumentReader.read("a.yaml", """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: a }
                spec: { hostnames: [ %s ], sites: { aws: { endpoints: [ "10.0.0.1:80" ] } } }
                """.formatted(host));
        return FolderContent.of("docs", ((Reading.Done<List<Document>>) reading).value());
    }

    private static FolderStanding.Head head(String revision, boolean own, FolderContent content) {
        return new FolderStanding.Head(revision, own, new TreeMap<>(content.hashes()));
    }

    private static FolderBase base(String revision, FolderContent content) {
        return new FolderBase(revision, content.digest());
    }

    @Test
    void aSourceThatNobodyPublishedIsTheFolders() {
        assertThat(FolderStanding.of(ONE, null, null)).isEqualTo(FolderStanding.AHEAD);
        assertThat(FolderStanding.of(NOTHING, null, null)).isEqualTo(FolderStanding.EQUAL);
    }

    @Test
    void equalDocumentsAreNoChangeWhoeverPublishedThem() {
        assertThat(FolderStanding.of(ONE, head("1-a", true, ONE), null)).isEqualTo(FolderStanding.EQUAL);
        assertThat(FolderStanding.of(ONE, head("7-b", false, ONE), base("3-a", TWO)))
                .isEqualTo(FolderStanding.EQUAL);
    }

    @Test
    void whatTheFolderPublishedOrAgreedWithItMayChange() {
        assertThat(FolderStanding.of(TWO, head("1-a", false, ONE), base("1-a", ONE)))
                .isEqualTo(FolderStanding.AHEAD);
        assertThat(FolderStanding.of(NOTHING, head("1-a", true, ONE), base("1-a", ONE)))
                .isEqualTo(FolderStanding.AHEAD);
        assertThat(FolderStanding.of(TWO, head("1-a", true, ONE), null))
                .as("this node signed it, and what it remembers was lost")
                .isEqualTo(FolderStanding.AHEAD);
    }

    @Test
    void whatSomebodyElsePublishedSinceIsNotOverwritten() {
        assertThat(FolderStanding.of(ONE, head("2-b", false, TWO), base("1-a", ONE)))
                .as("the folder has nothing new to say")
                .isEqualTo(FolderStanding.BEHIND);
        assertThat(FolderStanding.of(THREE, head("2-b", false, TWO), base("1-a", ONE)))
                .isEqualTo(FolderStanding.CONFLICT);
        assertThat(FolderStanding.of(ONE, head("2-b", false, TWO), null))
                .as("they never agreed")
                .isEqualTo(FolderStanding.CONFLICT);
        assertThat(FolderStanding.of(ONE, head("2-b", false, NOTHING), null))
                .as("somebody ended the source")
                .isEqualTo(FolderStanding.CONFLICT);
    }
}
