package io.bridgehead.tunnel;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import org.jspecify.annotations.Nullable;

/**
 * What both ends say of themselves in the first exchange of a connection: {@code POST /.bridgehead/hello}, in field lines and without a
 * body, so that the bounds of a head bound it.
 *
 * @param versionMin the lowest tunnel protocol version that the sender speaks
 * @param versionMax the highest; 1 or more, not below {@code versionMin}
 * @param loops the number of the sender's event loops, 1 to 1024
 * @param loop the one that the connection lives on, below {@code loops}
 */
record Hello(int versionMin, int versionMax, NodeName node, SiteName site, int loops, int loop, Purpose purpose) {
    /** The version that this code speaks. */
    static final int VERSION = 1;

    private static final String METHOD = "POST";
    private static final String PATH = "/.bridgehead/hello";
    private static final int LOOPS_MAX = 1024;
    private static final int DIGITS_MAX = 5;
    private static final HeaderName VERSIONS = HeaderName.of("bridgehead-hello-versions");
    private static final HeaderName NODE = HeaderName.of("bridgehead-hello-node");
    private static final HeaderName SITE = HeaderName.of("bridgehead-hello-site");
    private static final HeaderName LOOPS = HeaderName.of("bridgehead-hello-loops");
    private static final HeaderName LOOP = HeaderName.of("bridgehead-hello-loop");
    private static final HeaderName PURPOSE = HeaderName.of("bridgehead-hello-purpose");

    /** @throws IllegalArgumentException if a number is out of range */
    Hello {
        if (versionMin < 1 || versionMax < versionMin) {
            throw new IllegalArgumentException(
                    "hello: versions " + versionMin + "-" + versionMax + "; expected <lowest>-<highest>, from 1");
        }
        if (loops < 1 || loops > LOOPS_MAX) {
            throw new IllegalArgumentException("hello: loops " + loops + "; expected 1 to " + LOOPS_MAX);
        }
        if (loop < 0 || loop >= loops) {
            throw new IllegalArgumentException("hello: loop " + loop + "; expected one of " + loops + ", from 0");
        }
    }

    /** Whether this asks for what a hello asks for. */
    static boolean isHello(RequestHead head) {
        return head.method().equals(METHOD) && head.path().equals(PATH);
    }

    /** The request that says it. */
    RequestHead request(String authority) {
        return new RequestHead(METHOD, "https", authority, PATH, fields());
    }

    HeaderFields fields() {
        HeaderFields fields = new HeaderFields();
        fields.add(VERSIONS, versionMin + "-" + versionMax);
        fields.add(NODE, node.value());
        fields.add(SITE, site.value());
        fields.add(LOOPS, Integer.toString(loops));
        fields.add(LOOP, Integer.toString(loop));
        fields.add(PURPOSE, purpose.text());
        return fields;
    }

    /**
     * Reads what the other end said.
     *
     * @throws IllegalArgumentException saying which field is missing or wrong
     */
    static Hello parse(HeaderFields fields) {
        String[] versions = required(fields, VERSIONS).split("-", -1);
        if (versions.length != 2) {
            throw wrong(VERSIONS, required(fields, VERSIONS), "<lowest>-<highest>");
        }
        Purpose purpose = Purpose.parse(required(fields, PURPOSE));
        if (purpose == null) {
            throw wrong(PURPOSE, required(fields, PURPOSE), "control, requests or bytes");
        }
        return new Hello(
                number(VERSIONS, versions[0]),
                number(VERSIONS, versions[1]),
                new NodeName(required(fields, NODE)),
                new SiteName(required(fields, SITE)),
                number(LOOPS, required(fields, LOOPS)),
                fields.first(LOOP) == null ? 0 : number(LOOP, required(fields, LOOP)),
                purpose);
    }

    /** Why the two cannot talk, or null. */
    @Nullable
    String versionProblem(Hello other) {
        return other.versionMin <= versionMax && versionMin <= other.versionMax
                ? null
                : "the peer speaks tunnel protocol versions " + other.versionMin + "-" + other.versionMax
                        + " and this node " + versionMin + "-" + versionMax
                        + "; expected a common one: upgrade the older node";
    }

    private static String required(HeaderFields fields, HeaderName name) {
        String value = fields.first(name);
        if (value == null) {
            throw new IllegalArgumentException("hello: field '" + name + "' is missing");
        }
        return value;
    }

    private static int number(HeaderName name, String value) {
        if (value.isEmpty() || value.length() > DIGITS_MAX || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw wrong(name, value, "a number of at most " + DIGITS_MAX + " digits");
        }
        return Integer.parseInt(value);
    }

    private static IllegalArgumentException wrong(HeaderName name, String value, String expected) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "..." : value;
        return new IllegalArgumentException("hello: " + name + " '" + shown + "'; expected " + expected);
    }
}
