package io.bridgehead.config.schema;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of single values that configuration is made of. */
public final class Scalars {
    private static final String LABEL = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB)");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
    private static final Pattern HOSTNAME =
            Pattern.compile("\\*|(\\*\\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    /** No name ends so (RFC 3696, section 2): it is half an address, or one with a mistake. */
    private static final Pattern NUMERIC_END = Pattern.compile("(^|\\.)[0-9]+$");

    private static final int TEXT_MAX = 1024;

    private Scalars() {}

    /** Any text of 1 to 1024 characters. */
    public static ScalarType<String> text(String what) {
        String expected = what + " of 1 to " + TEXT_MAX + " characters";
        return ScalarType.text(expected, text -> {
            require(!text.isBlank() && text.length() <= TEXT_MAX, expected);
            return text;
        });
    }

    /** Text that messages never print. */
    public static ScalarType<Secret> secret() {
        return new ScalarType<>(ScalarType.Form.TEXT, "a secret text", null, List.of(), true, Secret::new);
    }

    /** A DNS label. */
    public static ScalarType<String> label(String what) {
        return labelled(what, text -> {
            require(ServiceName.isLabel(text), labelExpected(what));
            return text;
        });
    }

    /** The name of a site. */
    public static ScalarType<SiteName> siteName() {
        return labelled("a site name", SiteName::new);
    }

    /** The name of a node. */
    public static ScalarType<NodeName> nodeName() {
        return labelled("a node name", NodeName::new);
    }

    /** The name of a service. */
    public static ScalarType<ServiceName> serviceName() {
        return labelled("a service name", text -> {
            require(ServiceName.isLabel(text), labelExpected("a service name"));
            return new ServiceName(text);
        });
    }

    /** true or false. */
    public static ScalarType<Boolean> truth() {
        return new ScalarType<>(
                ScalarType.Form.TRUTH, "true or false", null, List.of(), false, text -> text.equalsIgnoreCase("true"));
    }

    /** A whole number within bounds. */
    public static ScalarType<Integer> integer(int min, int max) {
        String expected = "a whole number from " + min + " to " + max;
        return new ScalarType<>(ScalarType.Form.INTEGER, expected, null, List.of(), false, text -> {
            require(text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9'), expected);
            long number = Long.parseLong(text);
            require(number >= min && number <= max, expected);
            return (int) number;
        });
    }

    /** A number within bounds. */
    public static ScalarType<Double> number(double min, double max) {
        String expected = "a number from " + min + " to " + max;
        return new ScalarType<>(ScalarType.Form.NUMBER, expected, null, List.of(), false, text -> {
            require(text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.'), expected);
            double number = Double.parseDouble(text);
            require(number >= min && number <= max, expected);
            return number;
        });
    }

    /** A whole percentage within bounds. */
    public static ScalarType<Integer> percent(int min, int max) {
        String expected = "a percentage from " + min + "% to " + max + "%";
        return ScalarType.text(expected, text -> {
                    Matcher matcher = PERCENT.matcher(text);
                    require(matcher.matches(), expected);
                    int percent = Integer.parseInt(matcher.group(1));
                    require(percent >= min && percent <= max, expected);
                    return percent;
                })
                .matching("^[0-9]{1,3}%$");
    }

    /** A duration within bounds; units ms, s, m, h. */
    public static ScalarType<Duration> duration(String min, String max) {
        Duration shortest = parseDuration(min);
        Duration longest = parseDuration(max);
        String expected = "a duration from " + min + " to " + max + " with unit ms, s, m or h, such as 200ms or 5m";
        return ScalarType.text(expected, text -> {
                    require(DURATION.matcher(text).matches(), expected);
                    Duration duration = parseDuration(text);
                    require(duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0, expected);
                    return duration;
                })
                .matching("^[0-9]{1,9}(ms|s|m|h)$");
    }

    /** A size within bounds, in bytes; units B, KiB, MiB. */
    public static ScalarType<Integer> size(String min, String max) {
        long smallest = parseSize(min);
        long largest = parseSize(max);
        String expected = "a size from " + min + " to " + max + " with unit B, KiB or MiB, such as 64KiB";
        return ScalarType.text(expected, text -> {
                    require(SIZE.matcher(text).matches(), expected);
                    long size = parseSize(text);
                    require(size >= smallest && size <= largest && size <= Integer.MAX_VALUE, expected);
                    return (int) size;
                })
                .matching("^[0-9]{1,9}(B|KiB|MiB)$");
    }

    /** One of a fixed set of words. */
    public static <E extends Enum<E>> ScalarType<E> choice(Class<E> type, Function<E, String> word) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(word.apply(constant));
        }
        String expected = "one of " + String.join(", ", words);
        return new ScalarType<>(ScalarType.Form.TEXT, expected, null, words, false, text -> {
            for (E constant : type.getEnumConstants()) {
                if (word.apply(constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("expected " + expected);
        });
    }

    /** One fixed word. */
    public static ScalarType<String> word(String word) {
        return new ScalarType<>(ScalarType.Form.TEXT, "'" + word + "'", null, List.of(word), false, text -> {
            require(text.equals(word), "'" + word + "'");
            return text;
        });
    }

    /** host:port. */
    public static ScalarType<HostPort> hostPort() {
        return ScalarType.text("host:port, such as gw.example:15008 or [2001:db8::1]:443", HostPort::parse);
    }

    /** A SPIFFE ID. */
    public static ScalarType<SpiffeId> spiffeId() {
        return ScalarType.text("a SPIFFE ID, such as spiffe://corp.example/site/aws-use1/legacy", SpiffeId::parse)
                .matching("^spiffe://[a-z0-9._-]+/.+$");
    }

    /** A SPIFFE trust domain. */
    public static ScalarType<TrustDomain> trustDomain() {
        return ScalarType.text("a trust domain of a-z, 0-9, '.', '-' and '_', such as corp.example", TrustDomain::new)
                .matching("^[a-z0-9._-]{1,255}$");
    }

    /** A host name, also with a leading {@code *.}, or {@code *} for all; made lower case. */
    public static ScalarType<String> hostname() {
        String expected = "a host name, such as orders.example.internal or *.example.internal";
        return ScalarType.text(expected, text -> {
            String lower = text.toLowerCase(Locale.ROOT);
            require(lower.length() <= 253 && HOSTNAME.matcher(lower).matches(), expected);
            return lower;
        });
    }

    /** What a request may name as its host: a host name, a wildcard of one, or an IP address, which is given in its one usual form. */
    public static ScalarType<String> host() {
        String expected =
                "a host name or an IP address, such as orders.example.internal, *.example.internal, 192.0.2.7 or 2001:db8::7";
        return ScalarType.text(expected, text -> {
            IpAddress address = IpAddress.parse(text);
            if (address != null) {
                return address.toString();
            }
            String lower = text.toLowerCase(Locale.ROOT);
            require(lower.length() <= 253 && HOSTNAME.matcher(lower).matches(), expected);
            require(!NUMERIC_END.matcher(lower).find(), expected);
            return lower;
        });
    }

    /** The path of a file or folder, as written. */
    public static ScalarType<Path> path() {
        String expected = "a path of a file or folder";
        return ScalarType.text(expected, text -> {
            require(!text.isBlank() && text.length() <= TEXT_MAX && text.indexOf('\0') < 0, expected);
            return Path.of(text);
        });
    }

    private static <T> ScalarType<T> labelled(String what, Function<String, T> parser) {
        return ScalarType.text(labelExpected(what), parser).matching(LABEL);
    }

    private static String labelExpected(String what) {
        return what + ": 1 to 63 characters of a-z, 0-9 and '-', beginning and ending with a letter or digit";
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        require(matcher.matches(), "a duration");
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private static long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        require(matcher.matches(), "a size");
        int shift = switch (matcher.group(2)) {
            case "B" -> 0;
            case "KiB" -> 10;
            default -> 20;
        };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    private static void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }
}
