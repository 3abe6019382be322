package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which nodes of the own site need a tunnel: as long as the cluster does not show them, and half a minute more. */
final class NeighboursTest {
    private static final NodeName SELF = new NodeName("aws-a");
    private static final NodeName OTHER = new NodeName("aws-b");
    private static final NodeName FAR = new NodeName("azure-a");
    private static final HostPort TUNNEL = HostPort.parse("gw-b.aws.example:443");
    private static final HostPort INSIDE = HostPort.parse("10.1.0.11:15008");

    private final Neighbours neighbours = new Neighbours();

    private static List<KnownNode> known(@Nullable HostPort tunnel, @Nullable HostPort inside) {
        return List.of(new KnownNode(OTHER, new SiteName("aws"), tunnel, inside, "0", "0.1.0", 1));
    }

    @Test
    void oneThatTheClusterShowsNeedsNone() {
        assertThat(neighbours.look(0, known(TUNNEL, INSIDE), Set.of(SELF, OTHER, FAR)))
                .isTrue();
        assertThat(neighbours.addresses()).isEmpty();
        assertThat(neighbours.met()).containsExactlyInAnyOrder(SELF, OTHER, FAR);
        assertThat(neighbours.look(1, known(TUNNEL, INSIDE), Set.of(SELF, OTHER, FAR)))
                .as("nothing is new")
                .isFalse();
    }

    @Test
    void oneThatItDoesNotShowIsLookedForWhereItsSiteReachesItAndWhereOthersDo() {
        assertThat(neighbours.look(0, known(TUNNEL, INSIDE), Set.of(SELF))).isTrue();
        assertThat(neighbours.addresses()).containsExactly(INSIDE, TUNNEL);
        assertThat(neighbours.met()).containsExactly(SELF);
        neighbours.look(1, known(null, INSIDE), Set.of());
        assertThat(neighbours.addresses()).containsExactly(INSIDE);
        assertThat(neighbours.look(2, known(null, null), Set.of())).isTrue();
        assertThat(neighbours.addresses()).as("it says of no address").isEmpty();
    }

    @Test
    void oneThatComesIntoTheClusterKeepsItForAWhile() {
        neighbours.look(0, known(TUNNEL, null), Set.of(SELF));
        assertThat(neighbours.look(Neighbours.KEPT_MILLIS - 1, known(TUNNEL, null), Set.of(SELF, OTHER)))
                .isFalse();
        assertThat(neighbours.addresses()).containsExactly(TUNNEL);
        assertThat(neighbours.look(Neighbours.KEPT_MILLIS, known(TUNNEL, null), Set.of(SELF, OTHER)))
                .isTrue();
        assertThat(neighbours.addresses()).isEmpty();
        assertThat(neighbours.met()).contains(OTHER);
        assertThat(neighbours.look(Neighbours.KEPT_MILLIS + 1, known(TUNNEL, null), Set.of(SELF)))
                .as("it has left again")
                .isTrue();
        assertThat(neighbours.addresses()).containsExactly(TUNNEL);
    }

    @Test
    void oneThatIsForgottenIsNotLookedFor() {
        neighbours.look(0, known(TUNNEL, null), Set.of(SELF));
        assertThat(neighbours.look(1, List.of(), Set.of(SELF))).isTrue();
        assertThat(neighbours.addresses()).isEmpty();
    }
}
