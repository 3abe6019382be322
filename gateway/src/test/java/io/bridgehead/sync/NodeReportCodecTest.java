package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reports as they travel: their bytes, their size with as many services as there may be, and who can read them. */
final class NodeReportCodecTest {
    private static final SiteName AZURE = new SiteName("azure");
    private static final ServiceName SHOP = new ServiceName("shop");
    private static final String HEAD = "0005617a7572650007617a7572652d61000b31302e302e302e313a39390003314061";
    /** {@code 0.1 changesets/3}. */
    private static final String SOFTWARE = "0010302e31206368616e6765736574732f33";

    private static final String OLD_SOFTWARE = "0003302e31";
    private static final String TRAFFIC = "00000000000000070000000000000001";
    private static final String NUMBERS = "00000001" + "00000000" + "00000002" + "00000003";
    private static final int MANY = NodeReportCodec.SERVICES_MAX;

    private static NodeReport report(String node, String revision, Map<ServiceName, ServiceHealth> services) {
        return new NodeReport(
                new SiteReport(AZURE, new NodeName(node), 1, 2, services),
                HostPort.parse("10.0.0.1:99"),
                revision,
                "0.1",
                new Traffic(7, 1));
    }

    private static NodeReport read(Bytes payload, Map<Long, ServiceName> names) throws MalformedException {
        return NodeReportCodec.decode(new HealthMessage(1, 2, payload), () -> names);
    }

    private static Map<Long, ServiceName> none() {
        throw new AssertionError("there are names in the message");
    }

    /** As long as names of services may be, and without anything in common. */
    private static String longName(int i) {
        String digest = HexFormat.of().toHexDigits(new ServiceDigests.Maker().of("service " + i));
        return ("s" + digest).repeat(4).substring(0, 63);
    }

    private static ServiceHealth mixed(int i) {
        return switch (i % 4) {
            case 0 -> new ServiceHealth(2, 0, 2, i);
            case 1 -> new ServiceHealth(1, 0, 2, Integer.MAX_VALUE);
            case 2 -> new ServiceHealth(0, 0, 3, 0);
            default -> new ServiceHealth(0, 2, 2, 1);
        };
    }

    private static Map<ServiceName, ServiceHealth> many() {
        Map<ServiceName, ServiceHealth> services = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            services.put(new ServiceName(longName(i)), mixed(i));
        }
        return services;
    }

    private static Store holding(Iterable<ServiceName> services) throws Exception {
        Store store = MemoryStore.create(InstantSource.system());
        Map<String, String> texts = new HashMap<>();
        services.forEach(name -> texts.put("Service/" + name, "any"));
        texts.put("Other/thing", "any");
        new Chain(store, "all").then(1, "", texts);
        return store;
    }

    @Test
    void namesOfKubernetesServicesMayBeLong() throws MalformedException {
        ServiceName name = new ServiceName(("a".repeat(60) + ".").repeat(3) + "65535");
        NodeReport sent = report("azure-a", "1", Map.of(name, mixed(0)));
        assertThat(read(NodeReportCodec.encode(sent), Map.of()).report().services())
                .isEqualTo(Map.of(name, mixed(0)));
    }

    @Test
    void aNodeSaysWhereItsSiteIsSoThatNodesOfThePreviousVersionReadTheRest() throws Exception {
        for (Place place :
                List.of(new Place("aws", "us-east-1"), new Place("aws", ""), new Place("", "dc-1"), Place.UNKNOWN)) {
            SiteReport placed = new SiteReport(
                    AZURE, new NodeName("azure-a"), 1, 2, place, Map.of(SHOP, new ServiceHealth(1, 0, 2, 3)));
            NodeReport report = new NodeReport(placed, null, "1@a", "0.1", Traffic.NONE);
            Bytes bytes = NodeReportCodec.encode(report);
            assertThat(read(bytes, Map.of())).isEqualTo(report);
            assertThat(bytes.toHex()).as("its version").startsWith("02");
        }
    }

    @Test
    void aNodeSaysWhereItsOwnSiteReachesItIfThereIsRoom() throws Exception {
        NodeReport report = report("azure-a", "1@a", Map.of(SHOP, new ServiceHealth(1, 0, 2, 3)));
        String address = "10.4.0.10:15008";
        NodeReport sent = report.withInside(HostPort.parse(address));
        Bytes bytes = NodeReportCodec.encode(sent);
        assertThat(read(bytes, Map.of())).isEqualTo(sent);
        String software = "0.1 changesets/3 inside/" + address;
        String second = "02" + HEAD + "00" + HexFormat.of().toHexDigits((byte) software.length())
                + HexFormat.of().formatHex(software.getBytes(StandardCharsets.US_ASCII));
        assertThat(bytes.toHex()).startsWith(second);
        HostPort long253 = new HostPort("a".repeat(253), 15008);
        assertThat(read(NodeReportCodec.encode(report.withInside(long253)), Map.of()))
                .isEqualTo(report);
    }

    @Test
    void theBytesAreTheseAndThoseOfThePreviousVersionsAreRead() throws Exception {
        NodeReport report = report("azure-a", "1@a", Map.of(SHOP, new ServiceHealth(1, 0, 2, 3)));
        String second = "02" + HEAD + SOFTWARE + TRAFFIC + "00000001" + "000473686f70" + NUMBERS;
        assertThat(NodeReportCodec.encode(report).toHex()).isEqualTo(second);
        assertThat(NodeReportCodec.decode(
                        new HealthMessage(1, 2, Bytes.wrap(HexFormat.of().parseHex(second))),
                        NodeReportCodecTest::none))
                .isEqualTo(report);
        String first = "01" + HEAD + OLD_SOFTWARE + "00000001" + "000473686f70" + NUMBERS;
        NodeReport old = read(Bytes.wrap(HexFormat.of().parseHex(first)), Map.of());
        assertThat(old.report()).isEqualTo(report.report());
        assertThat(old.traffic()).isEqualTo(Traffic.NONE);
        assertThat(old.version()).isEqualTo("0.1");
        assertThat(old.changesets()).as("it says nothing of differences").isEqualTo(2);
        // SHA-256 of "shop" begins so.
        String third = "03" + HEAD + SOFTWARE + TRAFFIC + "00000001" + "DIGEST" + NUMBERS;
        String digest = HexFormat.of().toHexDigits(new ServiceDigests.Maker().of("shop"));
        Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(third.replace("DIGEST", digest)));
        assertThat(digest).isEqualTo("8d9001d32c6a703d");
        assertThat(read(bytes, Map.of(new ServiceDigests.Maker().of("shop"), SHOP)))
                .isEqualTo(report);
        Bytes fourth = Bytes.wrap(HexFormat.of().parseHex("04" + HEAD));
        assertThatThrownBy(() -> read(fourth, Map.of())).hasMessageContaining("expected 1, 2 or 3");
    }

    @Test
    void tenThousandServicesOfTwoSitesFitWhateverTheirNames() throws Exception {
        Map<ServiceName, ServiceHealth> services = many();
        ServiceDigests digests = new ServiceDigests(holding(services.keySet()));
        HealthView view = new HealthView(HealthView.LEASE_MILLIS);
        for (SiteName site : new SiteName[] {AZURE, new SiteName("aws")}) {
            NodeReport report = new NodeReport(
                    new SiteReport(site, new NodeName(site + "-a"), 1, 2, services), null, "1@a", "0.1", Traffic.NONE);
            Bytes bytes = NodeReportCodec.encode(report);
            assertThat(bytes.size()).isBetween(24 * MANY, Limits.HEALTH_BYTES_MAX);
            NodeReport read = NodeReportCodec.decode(new HealthMessage(1, 2, bytes), digests::names);
            assertThat(read).isEqualTo(report);
            assertThat(view.accept(read.report(), 0)).isTrue();
        }
        for (int i = 0; i < MANY; i++) {
            ServiceName name = new ServiceName(longName(i));
            assertThat(view.site(name, AZURE, node -> true, 1)).isEqualTo(mixed(i));
            assertThat(view.site(name, new SiteName("aws"), node -> true, 1)).isEqualTo(mixed(i));
        }
    }

    @Test
    void aServiceThatTheReaderDoesNotKnowYetIsUnknownAndNotGone() throws Exception {
        Map<ServiceName, ServiceHealth> services = many();
        Bytes bytes = NodeReportCodec.encode(report("azure-a", "1@a", services));
        Store store = holding(services.keySet().stream().limit(10).toList());
        ServiceDigests digests = new ServiceDigests(store);
        SiteReport few = NodeReportCodec.decode(new HealthMessage(1, 2, bytes), digests::names)
                .report();
        assertThat(few.services()).hasSize(10);
        assertThat(services).containsAllEntriesOf(few.services());
        // What it learns later it reads from the next report.
        new Chain(store, "more")
                .then(
                        2,
                        "",
                        services.keySet().stream().collect(Collectors.toMap(name -> "Service/" + name, name -> "any")));
        assertThat(NodeReportCodec.decode(new HealthMessage(1, 2, bytes), digests::names)
                        .report()
                        .services())
                .isEqualTo(services);
    }

    @Test
    void theRevisionsOfManySourcesFit() throws Exception {
        String revisions = IntStream.range(0, 100)
                .mapToObj(i -> "team-with-a-name-" + i + "@17-00c0ffee")
                .collect(Collectors.joining(","));
        NodeReport report = report("azure-a", revisions, Map.of(SHOP, new ServiceHealth(1, 0, 2, 3)));
        assertThat(read(NodeReportCodec.encode(report), Map.of(new ServiceDigests.Maker().of("shop"), SHOP)))
                .isEqualTo(report);
        NodeReport endless = report("azure-a", (revisions + ",").repeat(20) + "z@1-00c0ffee", Map.of());
        assertThat(read(NodeReportCodec.encode(endless), Map.of()).revision())
                .hasSizeLessThanOrEqualTo(8192)
                .startsWith(revisions)
                .endsWith("@17-00c0ffee");
    }
}
