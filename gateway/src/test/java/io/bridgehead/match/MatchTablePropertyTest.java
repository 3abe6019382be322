package io.bridgehead.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** The table finds what the plainest reading of the specification finds: look at all, keep what fits, take the best. */
final class MatchTablePropertyTest {
    private static final List<String> ELEMENTS = List.of("a", "b", "ab", "", "c");
    private static final List<String> VALUES = List.of("0", "1", "2", "0,1", "3");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT");

    @Property(tries = 400)
    void findsWhatAPlainSearchFinds(@ForAll long seed) {
        Random random = new Random(seed);
        int count = random.nextInt(60);
        List<MatchTable.Entry<Integer>> entries = IntStream.range(0, count)
                .mapToObj(i -> new MatchTable.Entry<>(match(random), i))
                .toList();
        MatchTable<Integer> table = MatchTable.of(entries);
        for (int i = 0; i < 40; i++) {
            RequestHead head = request(random);
            assertThat(table.find(head)).as("%s of %s", head, entries).isEqualTo(plain(entries, head));
        }
    }

    private static @Nullable Integer plain(List<MatchTable.Entry<Integer>> entries, RequestHead head) {
        MatchTable.Entry<Integer> best = null;
        for (MatchTable.Entry<Integer> entry : entries) {
            if (fits(entry.match(), head) && (best == null || isBetter(entry.match(), best.match()))) {
                best = entry;
            }
        }
        return best == null ? null : best.value();
    }

    private static boolean isBetter(RequestMatch match, RequestMatch than) {
        List<Function<RequestMatch, Integer>> criteria = List.of(
                m -> m.path() instanceof PathMatch.Exact ? 1 : 0,
                m -> m.path() instanceof PathMatch.Regex ? 1 : 0,
                m -> m.path() instanceof PathMatch.Prefix(String path)
                        ? elements(path).length()
                        : 0,
                m -> m.method() != null ? 1 : 0,
                m -> m.headers().size(),
                m -> m.query().size());
        for (Function<RequestMatch, Integer> criterion : criteria) {
            int difference = criterion.apply(match) - criterion.apply(than);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return false;
    }

    private static boolean fits(RequestMatch match, RequestHead head) {
        String path = head.path().split("\\?", 2)[0];
        boolean pathFits = switch (match.path()) {
            case PathMatch.Exact(String exact) -> path.equals(exact);
            case PathMatch.Prefix(String prefix) ->
                path.equals(elements(prefix)) || path.startsWith(elements(prefix) + "/");
            case PathMatch.Regex(String expression) -> Pattern.matches(expression, path);
        };
        return pathFits
                && (match.method() == null || Objects.equals(match.method(), head.method()))
                && match.headers().stream().allMatch(m -> fits(m.value(), header(head, m.name())))
                && match.query().stream().allMatch(m -> fits(m.value(), parameter(head, m.name())));
    }

    private static String elements(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static boolean fits(ValueMatch match, @Nullable String value) {
        return value != null
                && switch (match) {
                    case ValueMatch.Exact(String exact) -> value.equals(exact);
                    case ValueMatch.Regex(String expression) -> Pattern.matches(expression, value);
                };
    }

    private static @Nullable String header(RequestHead head, String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < head.fields().size(); i++) {
            if (head.fields().name(i).equals(name)) {
                values.add(head.fields().value(i));
            }
        }
        return values.isEmpty() ? null : String.join(",", values);
    }

    private static @Nullable String parameter(RequestHead head, String name) {
        String[] parts = head.path().split("\\?", 2);
        for (String pair : parts.length == 1 ? new String[0] : parts[1].split("&", -1)) {
            String[] sides = pair.split("=", 2);
            if (URLDecoder.decode(sides[0], StandardCharsets.UTF_8).equals(name)) {
                return sides.length == 1 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private static RequestMatch match(Random random) {
        PathMatch path = switch (random.nextInt(6)) {
            case 0 -> new PathMatch.Exact(path(random));
            case 1 -> new PathMatch.Regex(oneOf(random, List.of("/a/.*", "/(a|b)", ".*b", "/a*b/?", "/ab|/c")));
            case 2 -> PathMatch.ANY;
            default -> new PathMatch.Prefix(path(random));
        };
        return new RequestMatch(
                path, named(random), named(random), random.nextInt(3) == 0 ? oneOf(random, METHODS) : null);
    }

    private static List<NamedMatch> named(Random random) {
        List<NamedMatch> matches = new ArrayList<>();
        for (int i = random.nextInt(6) - 3; i > 0; i--) {
            ValueMatch value = random.nextInt(4) == 0
                    ? new ValueMatch.Regex(oneOf(random, List.of("[01]", ".*,1", "2?")))
                    : new ValueMatch.Exact(oneOf(random, VALUES));
            matches.add(new NamedMatch("x" + random.nextInt(3), value));
        }
        return matches;
    }

    private static RequestHead request(Random random) {
        HeaderFields fields = new HeaderFields();
        for (int i = random.nextInt(5); i > 0; i--) {
            fields.add("x" + random.nextInt(3), oneOf(random, VALUES));
        }
        String query = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> oneOf(random, List.of("x", "%78"))
                        + random.nextInt(3)
                        + oneOf(random, List.of("=", "=%", "")).replace("%", "%3")
                        + random.nextInt(3))
                .collect(Collectors.joining("&"));
        return new RequestHead(
                oneOf(random, METHODS),
                "http",
                "h.example",
                path(random) + (query.isEmpty() ? "" : "?" + query),
                fields);
    }

    private static String path(Random random) {
        return "/"
                + IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> oneOf(random, ELEMENTS))
                        .collect(Collectors.joining("/"));
    }

    private static String oneOf(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
