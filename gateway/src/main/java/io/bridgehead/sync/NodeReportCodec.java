package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The binary form of a {@link NodeReport}, version 2, and version 1 without what was answered: the payload of a health message.
 *
 * <pre>
 * version(1) | site: text | node: text | tunnel: text, may be empty | revision: text | software: text
 *            | in version 2 requests(8) failed(8)
 *            | services: count(4), (name: text, fit(4) unknown(4) total(4) load(4)) each
 * </pre>
 */
final class NodeReportCodec {
    private static final int WITHOUT_TRAFFIC = 1;
    private static final int VERSION = 2;
    private static final int NAME_BYTES_MAX = 63;
    private static final int TEXT_BYTES_MAX = 255;
    private static final int SERVICES_MAX = 10_000;

    private NodeReportCodec() {}

    static Bytes encode(NodeReport node) {
        SiteReport report = node.report();
        BinaryWriter out = new BinaryWriter()
                .u8(VERSION)
                .text(report.site().value())
                .text(report.node().value())
                .text(node.tunnel() == null ? "" : node.tunnel().toString())
                .text(node.revision())
                .text(node.version())
                .i64(node.traffic().requests())
                .i64(node.traffic().failed())
                .i32(report.services().size());
        report.services()
                .forEach((name, health) -> out.text(name.value())
                        .i32(health.fit())
                        .i32(health.unknown())
                        .i32(health.total())
                        .i32(health.load()));
        return out.toBytes();
    }

    /**
     * Reads what another node sent.
     *
     * @throws MalformedException naming the field that is wrong
     */
    static NodeReport decode(HealthMessage message) throws MalformedException {
        BinaryReader in = new BinaryReader(message.payload(), "node report");
        int version = in.u8();
        if (version != VERSION && version != WITHOUT_TRAFFIC) {
            throw in.bad("version is " + version + "; expected 1 or 2");
        }
        try {
            return body(in, message, version == VERSION);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("node report: " + e.getMessage(), e);
        }
    }

    private static NodeReport body(BinaryReader in, HealthMessage message, boolean withTraffic)
            throws MalformedException {
        SiteName site = new SiteName(in.text("site", NAME_BYTES_MAX));
        NodeName node = new NodeName(in.text("node", NAME_BYTES_MAX));
        String tunnel = in.text("tunnel", TEXT_BYTES_MAX);
        String revision = in.text("revision", TEXT_BYTES_MAX);
        String software = in.text("software", TEXT_BYTES_MAX);
        Traffic traffic = withTraffic ? new Traffic(in.i64(), in.i64()) : Traffic.NONE;
        int count = in.count("services", SERVICES_MAX, 18);
        Map<ServiceName, ServiceHealth> services = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            ServiceName name = new ServiceName(in.text("service", NAME_BYTES_MAX));
            services.put(name, new ServiceHealth(in.i32(), in.i32(), in.i32(), in.i32()));
        }
        in.end();
        SiteReport report = new SiteReport(site, node, message.incarnation(), message.sequence(), services);
        return new NodeReport(report, tunnel.isEmpty() ? null : HostPort.parse(tunnel), revision, software, traffic);
    }
}
