package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.IpRanges;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever trusted proxies say in X-Forwarded-For, the client is who a plain reading of all its lines as one list finds; and the next node,
 * which trusts this one as well, finds the same.
 */
final class TrustedForwardingFuzz {
    private static final SiteName SITE = new SiteName("here");
    private static final Caller PEER = new Caller(
            SpiffeId.unauthenticated(new TrustDomain("corp.example"), SITE), Caller.Proof.LISTENER, SITE, "10.0.0.1");
    private static final IpRanges TEN = new IpRanges(List.of(
            IpRanges.Range.of(new byte[] {10, 0, 0, 0}, 8),
            IpRanges.Range.of(
                    Objects.requireNonNull(IpAddress.parse("2001:db8::")).bytes(), 32)));
    private static final Pattern ENTRY =
            Pattern.compile("\\[(.*:.*)\\](:[0-9]{1,5})?|([^:\\[]*)(:[0-9]{1,5})?|([^\\[].*:.*:.*|:.*:.*)");
    private static final int ENTRIES_MAX = 64;
    private static final int HOPS = 4;

    @MethodSource("claims")
    @FuzzTest(maxDuration = "3s")
    void isWhoAPlainReadingFinds(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int hops = (bytes[0] & 0xff) % HOPS;
        List<String> lines = lines(bytes);
        TrustedForwarding forwarding = new TrustedForwarding(trust(hops), PEER);
        HeaderFields fields = fields(lines);
        String client = forwarding.client(fields).address();
        assertThat(client).isEqualTo(plain(hops, lines));
        assertThat(forwarding.client(fields(lines)).address()).as("again").isEqualTo(client);

        fields.add("forwarded", "for=6.6.6.6");
        fields.add("x-real-ip", "6.6.6.6");
        forwarding.extend(new RequestHead("GET", "http", "shop.example", "/", fields));
        assertThat(fields.contains(HeaderName.of("forwarded"))).isFalse();
        assertThat(fields.contains(HeaderName.of("x-real-ip"))).isFalse();
        int only = fields.indexOf(HeaderName.X_FORWARDED_FOR, 0);
        assertThat(fields.indexOf(HeaderName.X_FORWARDED_FOR, only + 1)).isEqualTo(-1);
        assertThat(fields.value(only)).endsWith(PEER.address());
        if (hops > 0 || entries(lines).length < ENTRIES_MAX) {
            TrustedForwarding next = new TrustedForwarding(trust(hops == 0 ? 0 : hops + 1), PEER);
            assertThat(next.client(fields).address()).as("at the next node").isEqualTo(client);
        }
    }

    private static ForwardingTrust trust(int hops) {
        return new ForwardingTrust(hops == 0 ? TEN : IpRanges.NONE, hops);
    }

    /** Lines of what can be a field's value. */
    private static List<String> lines(byte[] bytes) {
        String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1);
        return Stream.of(text.split("\n", -1))
                .map(line ->
                        line.replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", ",").strip())
                .toList();
    }

    private static HeaderFields fields(List<String> lines) {
        HeaderFields fields = new HeaderFields();
        for (String line : lines) {
            fields.add("accept", "*/*");
            fields.add(HeaderName.X_FORWARDED_FOR, line);
        }
        return fields;
    }

    private static String[] entries(List<String> lines) {
        return String.join(",", lines).split(",", -1);
    }

    private static String plain(int hops, List<String> lines) {
        String[] entries = entries(lines);
        if (hops > 0) {
            IpAddress there = hops > entries.length ? null : address(entries[entries.length - hops]);
            return there == null ? PEER.address() : there.toString();
        }
        String client = PEER.address();
        for (int i = entries.length - 1; i >= Math.max(0, entries.length - ENTRIES_MAX); i--) {
            IpAddress entry = address(entries[i]);
            if (entry == null) {
                return client;
            }
            client = entry.toString();
            if (!TEN.contains(entry)) {
                return client;
            }
        }
        return client;
    }

    private static @Nullable IpAddress address(String entry) {
        Matcher form = ENTRY.matcher(entry.replaceAll("^[ \t]+|[ \t]+$", ""));
        if (!form.matches()) {
            return null;
        }
        String host = form.group(1) != null ? form.group(1) : form.group(3) != null ? form.group(3) : form.group(5);
        return IpAddress.parse(host);
    }

    static Stream<Arguments> claims() {
        return Stream.of(
                        "\0006.6.6.6, 203.0.113.7, 10.9.9.9",
                        "\000203.0.113.7:51234\n10.9.9.9:80",
                        "\000[2001:db9::7]:443, [2001:db8::1],2001:db8::2",
                        "\000203.0.113.7, unknown, 10.9.9.9",
                        "\000" + "10.1.1.1,".repeat(70) + "10.2.2.2",
                        "\0016.6.6.6, 203.0.113.7",
                        "\0026.6.6.6\n203.0.113.7",
                        "\003,, 203.0.113.7")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
