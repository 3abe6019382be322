package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Connections at ports that Gateways describe. */
final class PortConnectionTest {
    private static final ServiceRoute DATABASE = Rig.database();

    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:5432");

    private static Rig rig(@Nullable Backends connections, Map<String, Backends> serverNames) {
        Map<HostPattern, Backends> names = new java.util.LinkedHashMap<>();
        serverNames.forEach((name, places) -> names.put(HostPattern.parse(name), places));
        PortRoutes port = new PortRoutes(5432, HostTable.of(Map.of()), HostTable.of(names), connections);
        return new Rig(RoutingTable.of("7", List.of(DATABASE, Rig.orders()), Map.of(RuleRig.PORT, port)));
    }

    private static Backends places(Backend... places) {
        return new Backends(List.of(places));
    }

    private static Rig.Call connects(Rig rig, EntryPoint entry, @Nullable String serverName) {
        FakeStream stream = new FakeStream();
        TcpProxy proxy = new TcpProxy(rig.context, entry, status -> stream.reset(StreamReset.REFUSED));
        return new Rig.Call(stream, proxy.onConnection(stream, Approach.passing(null, serverName, null)));
    }

    private static Rig.Call connects(Rig rig) {
        return connects(rig, EntryPoint.tcp(RuleRig.PORT, rig.client()), null);
    }

    @Test
    void aConnectionGoesToAPlaceOfItsPort() {
        Rig rig = rig(places(RuleRig.to(DATABASE)), Map.of()).then(endpoint);
        Rig.Call call = connects(rig);
        endpoint.events().onResponse(new ResponseHead(200, new HeaderFields()), false);
        call.sends("select 1;", true);
        endpoint.sends("1", true);
        assertThat(endpoint.stream.text()).isEqualTo("select 1;");
        assertThat(call.stream().text()).isEqualTo("1");
        assertThat(rig.record().route()).isEqualTo(DATABASE);
    }

    @Test
    void aPortThatLeadsNowhereClosesTheConnection() {
        assertThat(refused(places())).contains("names no place");
        assertThat(refused(places(RuleRig.to(DATABASE, 0)))).contains("weight 0");
        assertThat(refused(places(RuleRig.to(null, 1)))).contains("Service default/gone leads nowhere");
        assertThat(refused(places(RuleRig.to(Rig.orders())))).contains("expected a stream of bytes");
    }

    private static String refused(Backends places) {
        Rig rig = rig(places, Map.of());
        assertThat(connects(rig).stream().reset).isEqualTo(StreamReset.REFUSED);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NO_BACKEND);
        return rig.record().detail();
    }

    @Test
    void theServerNameSaysWhichPlacesAreMeantPassedThroughOrEndedHere() {
        Rig rig = rig(null, Map.of("db.test", places(RuleRig.to(DATABASE)), "*.test", places()));
        connects(rig.then(endpoint), EntryPoint.tls(RuleRig.PORT, rig.client()), "DB.test");
        assertThat(endpoint.isOpened()).isTrue();
        FakeDestination other = FakeDestination.endpoint("10.0.0.1:5432");
        connects(rig.then(other), EntryPoint.tcp(RuleRig.PORT, rig.client()), "db.test");
        assertThat(other.isOpened()).isTrue();
        connects(rig, EntryPoint.tls(RuleRig.PORT, rig.client()), "else.test");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NO_BACKEND);
    }

    @Test
    void aServerNameThatNoRouteHasLeadsNowhere() {
        Rig rig = rig(null, Map.of("db.test", places(RuleRig.to(DATABASE))));
        connects(rig, EntryPoint.tls(RuleRig.PORT, rig.client()), "db.other");
        connects(rig, EntryPoint.tls(RuleRig.PORT, rig.client()), null);
        assertThat(rig.ended).extracting(ExchangeRecord::refusal).containsOnly(Refusal.NO_ROUTE);
    }
}
