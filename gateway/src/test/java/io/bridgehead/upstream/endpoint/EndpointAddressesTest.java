package io.bridgehead.upstream.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EndpointAddressesTest {
    private static final HostPort NAMED = new HostPort("db.internal", 5432);
    private static final HostPort LITERAL = new HostPort("10.1.2.3", 80);

    private static final Duration LIFE = Duration.ofSeconds(30);

    private final Map<String, List<String>> names = new HashMap<>();
    private long nanos;
    private int lookups;
    private final List<HostPort> changed = new ArrayList<>();
    private final EndpointTrust trust =
            address -> address.getAddress().isLinkLocalAddress() ? "a link-local address" : null;
    private final EndpointAddresses addresses = new EndpointAddresses(this::lookup, trust, () -> nanos, changed::add);

    private void lookup(String host, NameLookup.Answer answer) {
        lookups++;
        List<String> found = names.get(host);
        if (found == null) {
            answer.failed("no such name");
        } else {
            answer.found(found.stream().map(EndpointAddressesTest::address).toList(), LIFE);
        }
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private void later(Duration time) {
        nanos += time.toNanos();
        addresses.refresh();
    }

    private List<String> of(HostPort endpoint) {
        return addresses.of(endpoint).addresses().stream()
                .map(InetSocketAddress::getAddress)
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void aLiteralIsKnownAtOnce() {
        addresses.use(List.of(LITERAL, new HostPort("fd00::1", 80)));
        assertThat(of(LITERAL)).containsExactly("10.1.2.3");
        assertThat(addresses.of(new HostPort("fd00::1", 80)).usable()).isTrue();
        assertThat(changed).isEmpty();
    }

    @Test
    void aNameIsLookedUpAndFollowed() {
        names.put("db.internal", List.of("10.0.0.1", "10.0.0.2"));
        addresses.use(List.of(NAMED));
        assertThat(of(NAMED)).containsExactly("10.0.0.1", "10.0.0.2");
        names.put("db.internal", List.of("10.0.0.3"));
        later(LIFE);
        assertThat(of(NAMED)).containsExactly("10.0.0.3");
        assertThat(changed).containsExactly(NAMED, NAMED);
    }

    @Test
    void theLastGoodAnswerStaysWhenALookupFails() {
        names.put("db.internal", List.of("10.0.0.1"));
        addresses.use(List.of(NAMED));
        names.clear();
        later(LIFE);
        assertThat(of(NAMED)).containsExactly("10.0.0.1");
        assertThat(addresses.of(NAMED).problem()).contains("no such name");
        later(Duration.ofSeconds(60));
        assertThat(addresses.failingFor(addresses.of(NAMED))).hasSeconds(60);
        names.put("db.internal", List.of("10.0.0.2"));
        later(Duration.ofSeconds(5));
        assertThat(of(NAMED)).containsExactly("10.0.0.2");
        assertThat(addresses.failingFor(addresses.of(NAMED))).isZero();
    }

    @Test
    void anEmptyAnswerIsNone() {
        names.put("db.internal", List.of("10.0.0.1"));
        addresses.use(List.of(NAMED));
        names.put("db.internal", List.of());
        later(LIFE);
        assertThat(of(NAMED)).containsExactly("10.0.0.1");
        assertThat(addresses.of(NAMED).problem()).contains("no address");
    }

    @Test
    void nobodyAsksWhileAnAnswerHolds() {
        names.put("db.internal", List.of("10.0.0.1"));
        addresses.use(List.of(NAMED));
        later(LIFE.minusNanos(1));
        assertThat(lookups).isEqualTo(1);
        later(Duration.ofNanos(1));
        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void anAnswerInAnotherOrderChangesNothing() {
        names.put("db.internal", List.of("10.0.0.2", "10.0.0.1", "10.0.0.1"));
        addresses.use(List.of(NAMED));
        names.put("db.internal", List.of("10.0.0.1", "10.0.0.2"));
        later(LIFE);
        assertThat(of(NAMED)).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(changed).containsExactly(NAMED);
    }

    @Test
    void addressesOfTheNewerProtocolAreTakenOnlyWithoutOthers() {
        names.put("db.internal", List.of("2001:db8::1", "10.0.0.1"));
        names.put("six.internal", List.of("2001:db8::1", "2001:db8::2"));
        HostPort six = new HostPort("six.internal", 80);
        addresses.use(List.of(NAMED, six));
        assertThat(of(NAMED)).containsExactly("10.0.0.1");
        assertThat(of(six)).hasSize(2);
    }

    @Test
    void aNameWithTooManyAddressesHasTheFirst() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add("10.0.0." + i);
        }
        names.put("db.internal", many);
        addresses.use(List.of(NAMED));
        assertThat(of(NAMED)).hasSize(EndpointAddresses.ADDRESSES_MAX).startsWith("10.0.0.0");
    }

    @Test
    void aNameThatWasNeverFoundHasNoAddressAndSaysWhy() {
        addresses.use(List.of(NAMED));
        assertThat(addresses.of(NAMED).usable()).isFalse();
        assertThat(addresses.of(NAMED).problem()).contains("no such name");
    }

    @Test
    void untrustedAddressesAreLeftOut() {
        names.put("db.internal", List.of("169.254.169.254", "10.0.0.1"));
        HostPort metadata = new HostPort("169.254.169.254", 80);
        addresses.use(List.of(NAMED, metadata));
        assertThat(of(NAMED)).containsExactly("10.0.0.1");
        assertThat(addresses.of(metadata).usable()).isFalse();
        assertThat(addresses.of(metadata).problem()).contains("link-local");
    }

    @Test
    void aNameThatBeginsToPointAtAMetadataAddressLosesItsAddress() {
        names.put("db.internal", List.of("10.0.0.1"));
        addresses.use(List.of(NAMED));
        assertThat(addresses.of(NAMED).usable()).isTrue();
        names.put("db.internal", List.of("169.254.169.254"));
        later(LIFE);
        assertThat(addresses.of(NAMED).usable()).isFalse();
        assertThat(addresses.of(NAMED).problem())
                .contains("lies at 169.254.169.254, a link-local address", EndpointAddresses.NOT_TRUSTED);
        assertThat(changed).containsExactly(NAMED, NAMED);
    }

    @Test
    void whatIsNoLongerUsedIsForgotten() {
        addresses.use(List.of(LITERAL));
        addresses.use(List.of());
        assertThat(addresses.of(LITERAL).usable()).isFalse();
    }
}
