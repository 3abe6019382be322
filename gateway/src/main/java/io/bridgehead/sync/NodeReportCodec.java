package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of a {@link NodeReport}: the payload of a health message. Version 2; version 1, without what was answered, is read; version 3
 * is used when version 2 would be larger than a message may be or has no room for the revision, so that nodes of the previous version understand all that they can.
 *
 * <pre>
 * version(1) | site: text | node: text | tunnel: text, may be empty | revision: text | software: text
 *            | from version 2 on requests(8) failed(8)
 *            | services: count(4), (name: text, fit(4) unknown(4) total(4) load(4)) each; in version 3 digest(8) in place of the name
 * </pre>
 *
 * The software is a version, and the newest form of changesets that it reads after it as a product with its version (RFC 9110, section 10.1.5):
 * {@code 1.2.0 changesets/3}. Where there is none, or none that is a number, the node does not read differences. Where its site is follows in the
 * same form, if the node says that: {@code provider/aws region/us-east-1}; and where nodes of its site reach it, {@code inside/10.1.0.5:15008}, if that is
 * another address than that of its tunnel.
 *
 * <p><b>Limits</b>: {@value #SERVICES_MAX} services in version 3 are 240,000 bytes, whatever their names and numbers; a message has room for
 * 262,144. A report is always whole: no part of it can be late.
 */
final class NodeReportCodec {
    static final int SERVICES_MAX = 10_000;
    private static final int WITHOUT_TRAFFIC = 1;
    private static final int NAMES = 2;
    private static final int DIGESTS = 3;
    private static final String CHANGESETS = " changesets/";
    private static final String PROVIDER = " provider/";
    private static final String REGION = " region/";
    private static final String INSIDE = " inside/";
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,3}(?![0-9])");
    private static final int NAME_BYTES_MAX = 63;
    private static final int TEXT_BYTES_MAX = 255;
    /** The revisions of many sources; those that have no room are left out. */
    private static final int REVISION_BYTES_MAX = 8192;

    private static final int NUMBERS_BYTES = 16;
    private static final int LENGTH_BYTES = 2;
    /** More than all before the services can take, a revision of version 2 included. */
    private static final int HEAD_BYTES_MAX = 1024;

    private NodeReportCodec() {}

    static Bytes encode(NodeReport node) {
        Map<ServiceName, ServiceHealth> services = node.report().services();
        long named = HEAD_BYTES_MAX;
        for (ServiceName name : services.keySet()) {
            named += LENGTH_BYTES + name.value().length() + NUMBERS_BYTES; // DNS labels: a byte is a character
        }
        if (named <= Limits.HEALTH_BYTES_MAX && node.revision().length() <= TEXT_BYTES_MAX) {
            BinaryWriter out = head(node, NAMES);
            services.forEach((name, health) -> numbers(out.text(name.value()), health));
            return out.toBytes();
        }
        BinaryWriter out = head(node, DIGESTS);
        ServiceDigests.Maker digests = new ServiceDigests.Maker();
        services.forEach((name, health) -> numbers(out.i64(digests.of(name.value())), health));
        return out.toBytes();
    }

    private static BinaryWriter head(NodeReport node, int version) {
        SiteReport report = node.report();
        return new BinaryWriter()
                .u8(version)
                .text(report.site().value())
                .text(report.node().value())
                .text(node.tunnel() == null ? "" : node.tunnel().toString())
                .text(wholeRevisions(node.revision()))
                .text(software(node))
                .i64(node.traffic().requests())
                .i64(node.traffic().failed())
                .i32(report.services().size());
    }

    /** Without where nodes of its own site reach it, when there is no room. */
    private static String software(NodeReport node) {
        String software = node.version()
                + CHANGESETS
                + node.changesets()
                + said(node.report().place());
        String inside = node.inside() == null ? "" : INSIDE + node.inside();
        return software.length() + inside.length() <= TEXT_BYTES_MAX ? software + inside : software;
    }

    private static String said(Place place) {
        return (place.provider().isEmpty() ? "" : PROVIDER + place.provider())
                + (place.region().isEmpty() ? "" : REGION + place.region());
    }

    /** What the software's text says of something; empty where it says nothing. */
    private static String said(String software, String what) {
        int at = software.indexOf(what);
        int from = at + what.length();
        int end = at < 0 ? -1 : software.indexOf(' ', from);
        return at < 0 ? "" : software.substring(from, end < 0 ? software.length() : end);
    }

    private static String wholeRevisions(String all) {
        return all.length() <= REVISION_BYTES_MAX ? all : all.substring(0, all.lastIndexOf(',', REVISION_BYTES_MAX));
    }

    private static void numbers(BinaryWriter out, ServiceHealth health) {
        out.i32(health.fit()).i32(health.unknown()).i32(health.total()).i32(health.load());
    }

    /**
     * Reads what another node sent.
     *
     * @param names the services that this node knows, by the digests of their names; asked for when there are digests
     * @throws MalformedException naming the field that is wrong
     */
    static NodeReport decode(HealthMessage message, Supplier<Map<Long, ServiceName>> names) throws MalformedException {
        BinaryReader in = new BinaryReader(message.payload(), "node report");
        int version = in.u8();
        if (version < WITHOUT_TRAFFIC || version > DIGESTS) {
            throw in.bad("version is " + version + "; expected 1, 2 or 3");
        }
        try {
            return body(in, message, version, names);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("node report: " + e.getMessage(), e);
        }
    }

    private static NodeReport body(
            BinaryReader in, HealthMessage message, int version, Supplier<Map<Long, ServiceName>> names)
            throws MalformedException {
        SiteName site = new SiteName(in.text("site", NAME_BYTES_MAX));
        NodeName node = new NodeName(in.text("node", NAME_BYTES_MAX));
        String tunnel = in.text("tunnel", TEXT_BYTES_MAX);
        String revision = in.text("revision", version == DIGESTS ? REVISION_BYTES_MAX : TEXT_BYTES_MAX);
        String software = in.text("software", TEXT_BYTES_MAX);
        Traffic traffic = version == WITHOUT_TRAFFIC ? Traffic.NONE : new Traffic(in.i64(), in.i64());
        Map<ServiceName, ServiceHealth> services = version == DIGESTS ? digested(in, names.get()) : named(in);
        in.end();
        Place place = new Place(said(software, PROVIDER), said(software, REGION));
        SiteReport report = new SiteReport(site, node, message.incarnation(), message.sequence(), place, services);
        int at = software.indexOf(CHANGESETS);
        return new NodeReport(
                report,
                address(tunnel),
                address(said(software, INSIDE)),
                revision,
                at < 0 ? software : software.substring(0, at),
                traffic,
                at < 0 ? NodeReport.CHANGESETS_UNSAID : changesets(software.substring(at + CHANGESETS.length())));
    }

    private static @Nullable HostPort address(String text) {
        return text.isEmpty() ? null : HostPort.parse(text);
    }

    private static int changesets(String said) {
        Matcher number = VERSION.matcher(said);
        return number.lookingAt() ? Integer.parseInt(number.group()) : NodeReport.CHANGESETS_UNSAID;
    }

    private static Map<ServiceName, ServiceHealth> named(BinaryReader in) throws MalformedException {
        int count = in.count("services", SERVICES_MAX, LENGTH_BYTES + NUMBERS_BYTES);
        Map<ServiceName, ServiceHealth> services = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            ServiceName name = new ServiceName(in.text("service", ServiceName.CHARACTERS_MAX));
            services.put(name, numbers(in));
        }
        return services;
    }

    /** What is said of services that this node does not know is left out: that is not to know, never to be gone. */
    private static Map<ServiceName, ServiceHealth> digested(BinaryReader in, Map<Long, ServiceName> names)
            throws MalformedException {
        int count = in.count("services", SERVICES_MAX, Long.BYTES + NUMBERS_BYTES);
        Map<ServiceName, ServiceHealth> services = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            ServiceName name = names.get(in.i64());
            ServiceHealth health = numbers(in);
            if (name != null) {
                services.put(name, health);
            }
        }
        return services;
    }

    private static ServiceHealth numbers(BinaryReader in) throws MalformedException {
        return new ServiceHealth(in.i32(), in.i32(), in.i32(), in.i32());
    }
}
