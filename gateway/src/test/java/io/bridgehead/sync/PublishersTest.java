package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Kind;
import io.bridgehead.config.DocumentPattern;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.Publisher;
import io.bridgehead.model.SpiffeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishersTest {
    private static final String ADA = "spiffe://td.test/operator/ada";
    private static final String CI = "spiffe://td.test/operator/ci";
    private static final String SELF = "spiffe://td.test/site/aws/gateway/aws-a";
    private static final String OTHER = "spiffe://td.test/site/azure/gateway/azure-a";

    private static final Publisher EVERY_OPERATOR =
            Publisher.ofAll(IdentityPattern.parse("spiffe://td.test/operator/*"));

    private static Publisher granted(List<String> operators, List<String> nodes, String... sources) {
        return new Publisher(
                operators.stream().map(IdentityPattern::parse).toList(),
                nodes.stream().map(IdentityPattern::parse).toList(),
                List.of(sources));
    }

    private static Publishers publishers(Set<String> folders, Publisher... granted) {
        return new Publishers(List.of(granted), SpiffeId.parse(SELF), () -> folders);
    }

    private static boolean may(Publishers publishers, String who, Kind kind, String subject) {
        return publishers.allow(SpiffeId.parse(who), kind, subject);
    }

    @Test
    void operatorsPublishEverySourceAndGiveOrders() {
        Publishers publishers = publishers(Set.of(), EVERY_OPERATOR);
        assertThat(may(publishers, ADA, Kind.CHANGESET, "docs")).isTrue();
        assertThat(may(publishers, ADA, Kind.ORDER, "site/aws")).isTrue();
        assertThat(may(publishers, "spiffe://other.test/operator/ada", Kind.CHANGESET, "docs"))
                .isFalse();
    }

    @Test
    void aNodePublishesItsOwnFoldersHereAndNothingElse() {
        Publishers publishers = publishers(Set.of("docs"), EVERY_OPERATOR);
        assertThat(may(publishers, SELF, Kind.CHANGESET, "docs")).isTrue();
        assertThat(may(publishers, SELF, Kind.CHANGESET, "shop")).isFalse();
        assertThat(may(publishers, SELF, Kind.ORDER, "docs")).isFalse();
        assertThat(may(publishers, OTHER, Kind.CHANGESET, "docs")).isFalse();
    }

    @Test
    void whatANodePublishedItselfIsKeptWhenTheFolderIsNamedNoMore() {
        Publishers publishers = publishers(Set.of(), EVERY_OPERATOR);
        assertThat(may(publishers, SELF, Kind.CHANGESET, "docs")).isFalse();
        assertThat(publishers.keep(SpiffeId.parse(SELF), Kind.CHANGESET, "docs"))
                .isTrue();
        assertThat(publishers.keep(SpiffeId.parse(OTHER), Kind.CHANGESET, "docs"))
                .isFalse();
    }

    @Test
    void anotherNodePublishesTheSourcesThatAreGrantedToIt() {
        Publishers publishers = publishers(
                Set.of(), EVERY_OPERATOR, granted(List.of(), List.of("spiffe://td.test/site/azure/gateway/*"), "docs"));
        assertThat(may(publishers, OTHER, Kind.CHANGESET, "docs")).isTrue();
        assertThat(may(publishers, OTHER, Kind.CHANGESET, "shop")).isFalse();
        assertThat(may(publishers, OTHER, Kind.ORDER, "docs")).isFalse();
        assertThat(may(publishers, SELF, Kind.CHANGESET, "docs")).isFalse();
    }

    @Test
    void aNodeIsNoOperatorWhateverThePatternSays() {
        Publishers publishers = publishers(
                Set.of(),
                Publisher.ofAll(new IdentityPattern(SpiffeId.parse(SELF).trustDomain(), "/", true)));
        assertThat(may(publishers, ADA, Kind.CHANGESET, "docs")).isTrue();
        assertThat(may(publishers, SELF, Kind.CHANGESET, "docs")).isFalse();
    }

    @Test
    void anOperatorWithSourcesPublishesTheseAndGivesNoOrders() {
        Publishers publishers =
                publishers(Set.of(), granted(List.of(ADA), List.of()), granted(List.of(CI), List.of(), "shop"));
        assertThat(may(publishers, CI, Kind.CHANGESET, "shop")).isTrue();
        assertThat(may(publishers, CI, Kind.CHANGESET, "docs")).isFalse();
        assertThat(may(publishers, CI, Kind.ORDER, "shop")).isFalse();
        assertThat(may(publishers, ADA, Kind.CHANGESET, "docs")).isTrue();
    }

    @Test
    void anOperatorWithDocumentsPublishesTheseAndGivesNoOrders() {
        Publisher team = new Publisher(
                List.of(IdentityPattern.parse(CI)),
                List.of(IdentityPattern.parse(OTHER)),
                List.of("shop"),
                List.of(DocumentPattern.parse("Service/orders-*")));
        Publishers publishers = publishers(Set.of("docs"), granted(List.of(ADA), List.of()), team);
        assertThat(publishers.boundDocuments()).isTrue();
        assertThat(may(publishers, CI, Kind.CHANGESET, "shop")).isTrue();
        assertThat(may(publishers, CI, Kind.ORDER, "shop")).isFalse();
        assertThat(mayDocument(publishers, CI, "shop", "Service/orders-eu")).isTrue();
        assertThat(mayDocument(publishers, CI, "shop", "Service/bank")).isFalse();
        assertThat(mayDocument(publishers, CI, "docs", "Service/orders-eu")).isFalse();
        assertThat(mayDocument(publishers, OTHER, "shop", "Service/orders-eu")).isTrue();
        assertThat(mayDocument(publishers, OTHER, "shop", "Service/bank")).isFalse();
        assertThat(mayDocument(publishers, ADA, "shop", "Service/bank")).isTrue();
        assertThat(mayDocument(publishers, SELF, "docs", "Service/bank")).isTrue();
        assertThat(publishers.expected(SpiffeId.parse(CI), Kind.ORDER, "drain site=aws"))
                .isEqualTo("an identity that trust.publishers names without sources and documents");
    }

    @Test
    void documentsWithoutSourcesBoundEverySource() {
        Publisher team = new Publisher(
                List.of(IdentityPattern.parse(CI)), List.of(), List.of(), List.of(DocumentPattern.parse("Service/*")));
        Publishers publishers = publishers(Set.of(), team);
        assertThat(may(publishers, CI, Kind.CHANGESET, "any")).isTrue();
        assertThat(may(publishers, CI, Kind.ORDER, "any")).isFalse();
        assertThat(mayDocument(publishers, CI, "any", "Service/a")).isTrue();
        assertThat(mayDocument(publishers, CI, "any", "Site/a")).isFalse();
        assertThat(publishers(Set.of(), EVERY_OPERATOR).boundDocuments()).isFalse();
    }

    private static boolean mayDocument(Publishers publishers, String who, String source, String document) {
        return publishers.allowDocument(SpiffeId.parse(who), source, document);
    }

    @Test
    void whatWasExpectedIsSaid() {
        Publishers publishers = publishers(Set.of(), granted(List.of(CI), List.of(), "shop"));
        assertThat(publishers.expected(SpiffeId.parse(OTHER), Kind.CHANGESET, "docs"))
                .contains("grant this node source 'docs'", "{ nodes: [ " + OTHER + " ], sources: [ docs ] }");
        assertThat(publishers.expected(SpiffeId.parse(CI), Kind.CHANGESET, "docs"))
                .isEqualTo("one of the sources that trust.publishers grants this identity");
        assertThat(publishers.expected(SpiffeId.parse(ADA), Kind.CHANGESET, "docs"))
                .contains("an identity that trust.publishers names");
    }
}
