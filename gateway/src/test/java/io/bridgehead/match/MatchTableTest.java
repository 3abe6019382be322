package io.bridgehead.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MatchTableTest {
    @ParameterizedTest
    @CsvSource({
        "/abc,  /abc, /abc, true",
        "/abc,  /abc, /abc/, false",
        "/abc,  /abc, /Abc, false",
        "/abc,  /abc, /abcd, false",
        "/abc/, /abc/, /abc/, true",
        "/abc/, /abc/, /abc, false",
        "/%41bc, /%41bc, /Abc, true",
        "/a%2Fb, /a%2Fb, /a%2Fb, true",
        "/,     /, /, true",
        "/,     /, /a, false",
    })
    void anExactPathFitsItselfOnly(String path, String same, String requested, boolean fits) {
        MatchTable<String> table = table(match(new PathMatch.Exact(path)));
        assertThat(table.find(get(requested))).isEqualTo(fits ? "0" : null);
        assertThat(table.find(get(requested + "?a=/abc"))).isEqualTo(fits ? "0" : null);
        assertThat(new PathMatch.Exact(path)).isEqualTo(new PathMatch.Exact(same));
    }

    @ParameterizedTest
    @CsvSource({
        "/abc,     /abc,     true",
        "/abc,     /abc/,    true",
        "/abc,     /abc/def, true",
        "/abc,     /abcd,    false",
        "/abc,     /ab,      false",
        "/abc,     /,        false",
        "/abc/,    /abc,     true",
        "/abc/,    /abc/,    true",
        "/abc/,    /abc/d,   true",
        "/abc/,    /abcd,    false",
        "/a/b/c,   /a/b/c/d, true",
        "/a/b/c,   /a/b/cd,  false",
        "/a/b/c,   /a/b,     false",
        "/,        /,        true",
        "/,        /a/b,     true",
        "/,        *,        true",
        "/,        '',       true",
        "/abc,     *,        false",
    })
    void aPrefixFitsWholeElements(String prefix, String requested, boolean fits) {
        MatchTable<String> table = table(match(new PathMatch.Prefix(prefix)));
        assertThat(table.find(get(requested))).isEqualTo(fits ? "0" : null);
        if (!requested.isEmpty() && !requested.equals("*")) {
            assertThat(table.find(get(requested + "?x=1/2"))).isEqualTo(fits ? "0" : null);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v[0-9]+/items, /v12/items, true",
        "/v[0-9]+/items, /v12/items/1, false",
        "/v[0-9]+/items, /x/v12/items, false",
        "/shop/(a|b), /shop/b, true",
        "/colou?r, /color, true",
        "(?i)/shop, /SHOP, true",
        "^/shop$, /shop, true",
        "/a|/b, /b, true",
        "/a{0}b, /b, true",
        "/a{2}, /aa, true",
    })
    void anExpressionFitsTheWholePath(String expression, String requested, boolean fits) {
        MatchTable<String> table = table(match(new PathMatch.Regex(expression)));
        assertThat(table.find(get(requested))).isEqualTo(fits ? "0" : null);
        assertThat(table.find(get(requested + "?q=1"))).isEqualTo(fits ? "0" : null);
    }

    @Test
    void precedenceIsThatOfTheSpecification() {
        NamedMatch version = header("version", "two");
        NamedMatch colour = header("colour", "blue");
        NamedMatch page = header("page", "1");
        List<RequestMatch> worstFirst = List.of(
                RequestMatch.ANY,
                new RequestMatch(PathMatch.ANY, List.of(), List.of(page), null),
                new RequestMatch(PathMatch.ANY, List.of(version), List.of(), null),
                new RequestMatch(PathMatch.ANY, List.of(version, colour), List.of(), null),
                new RequestMatch(PathMatch.ANY, List.of(version, colour), List.of(page), null),
                new RequestMatch(PathMatch.ANY, List.of(), List.of(), "GET"),
                match(new PathMatch.Prefix("/a")),
                match(new PathMatch.Prefix("/a/b")),
                match(new PathMatch.Regex("/a/.*")),
                new RequestMatch(new PathMatch.Regex("/a/b"), List.of(version), List.of(), null),
                match(new PathMatch.Exact("/a/b")),
                new RequestMatch(new PathMatch.Exact("/a/b"), List.of(), List.of(), "GET"));
        RequestHead head = request("GET", "/a/b?page=1", "version", "two", "colour", "blue");
        for (int best = 0; best < worstFirst.size(); best++) {
            List<RequestMatch> matches = worstFirst.subList(0, best + 1);
            assertThat(table(matches.toArray(RequestMatch[]::new)).find(head))
                    .as("%s", matches)
                    .isEqualTo(String.valueOf(best));
            assertThat(table(matches.reversed().toArray(RequestMatch[]::new)).find(head))
                    .isEqualTo("0");
        }
    }

    @Test
    void theEarlierOfEqualsWins() {
        MatchTable<String> table = table(
                match(new PathMatch.Prefix("/a/")),
                match(new PathMatch.Prefix("/a")),
                match(new PathMatch.Regex("/r.*")),
                match(new PathMatch.Regex("/.*r")));
        assertThat(table.find(get("/a/b"))).isEqualTo("0");
        assertThat(table.find(get("/r/r"))).isEqualTo("2");
        assertThat(table.find(get("/xr"))).isEqualTo("3");
    }

    @Test
    void aShorterPrefixIsTakenWhenTheConditionsOfTheLongerDoNotFit() {
        MatchTable<String> table = table(
                match(new PathMatch.Prefix("/a")),
                new RequestMatch(new PathMatch.Prefix("/a/b"), List.of(header("x", "1")), List.of(), null),
                new RequestMatch(new PathMatch.Exact("/a/b/c"), List.of(), List.of(), "POST"));
        assertThat(table.find(get("/a/b/c"))).isEqualTo("0");
        assertThat(table.find(request("GET", "/a/b/c", "x", "1"))).isEqualTo("1");
        assertThat(table.find(request("POST", "/a/b/c", "x", "1"))).isEqualTo("2");
        assertThat(table.find(get("/b"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "one, 'Version:one', true",
        "one, 'version:One', false",
        "one, 'version:one two', false",
        "one, 'other:one', false",
        "'one,two', 'version:one;version:two', true",
        "'one,two', 'version:one,two', true",
        "'one', 'version:one;version:two', false",
        "'two', 'version:one;version:two', false",
        "'one,two,', 'version:one;version:two', false",
    })
    void headerFieldsAreComparedByValue(String value, String fields, boolean fits) {
        String[] parts = fields.split("[:;]");
        RequestHead head = request("GET", "/", parts);
        RequestMatch exact = new RequestMatch(PathMatch.ANY, List.of(header("VERSION", value)), List.of(), null);
        assertThat(table(exact).find(head)).isEqualTo(fits ? "0" : null);
        NamedMatch regex = new NamedMatch("version", new ValueMatch.Regex(value));
        assertThat(table(new RequestMatch(PathMatch.ANY, List.of(regex), List.of(), null))
                        .find(head))
                .isEqualTo(fits ? "0" : null);
    }

    @Test
    void onlyTheFirstOfSeveralMatchesOfOneNameCounts() {
        RequestMatch match = new RequestMatch(
                PathMatch.ANY,
                List.of(header("Foo", "1"), header("foo", "2")),
                List.of(header("q", "1"), header("q", "2"), header("Q", "3")),
                null);
        assertThat(match.headers()).containsExactly(header("foo", "1"));
        assertThat(match.query()).containsExactly(header("q", "1"), header("Q", "3"));
        assertThat(table(match).find(request("GET", "/?q=1&Q=3", "foo", "1"))).isEqualTo("0");
    }

    @Test
    void hostIsThatOfTheRequestAndCookiesAreJoinedAsCookies() {
        assertThat(table(new RequestMatch(PathMatch.ANY, List.of(header("Host", "shop.example:8080")), List.of(), null))
                        .find(get("/")))
                .isEqualTo("0");
        assertThat(table(new RequestMatch(PathMatch.ANY, List.of(header("cookie", "a=1; b=2")), List.of(), null))
                        .find(request("GET", "/", "cookie", "a=1", "cookie", "b=2")))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({
        "q, a b,   /p?q=a+b,       true",
        "q, a b,   /p?q=a%20b,     true",
        "q, a+b,   /p?q=a%2Bb,     true",
        "q, é,     /p?q=%C3%A9,    true",
        "q, 1,     /p?q=1&q=2,     true",
        "q, 2,     /p?q=1&q=2,     false",
        "q, 1,     /p?Q=1,         false",
        "q, 1,     /p?x=q=1,       false",
        "q, 1,     /p?xq=1&q=1,    true",
        "q, a=1,   /p?q=a=1,       true",
        "a b, 1,   /p?a+b=1,       true",
        "q, 1%2,   /p?q=1%2,       true",
        "q, 1,     /p?q,           false",
        "q, 1,     /p?q1,          false",
        "q, 1,     /p,             false",
        "q, 1,     /q=1,           false",
        "q, 1,     /p?&&q=1&,      true",
    })
    void queryParametersAreComparedDecoded(String name, String value, String path, boolean fits) {
        RequestMatch exact = new RequestMatch(PathMatch.ANY, List.of(), List.of(header(name, value)), null);
        assertThat(table(exact).find(get(path))).isEqualTo(fits ? "0" : null);
        NamedMatch regex = new NamedMatch(name, new ValueMatch.Regex("\\Q" + value + "\\E"));
        assertThat(table(new RequestMatch(PathMatch.ANY, List.of(), List.of(regex), null))
                        .find(get(path)))
                .isEqualTo(fits ? "0" : null);
    }

    @Test
    void aParameterWithoutValueHasTheEmptyOne() {
        NamedMatch any = new NamedMatch("q", new ValueMatch.Regex(".*"));
        MatchTable<String> table = table(new RequestMatch(PathMatch.ANY, List.of(), List.of(any), null));
        assertThat(table.find(get("/p?q"))).isEqualTo("0");
        assertThat(table.find(get("/p?a&q="))).isEqualTo("0");
        assertThat(table.find(get("/p?a"))).isNull();
    }

    /** As for tenants told apart by a field, an endpoint by method, or an experiment by parameter. */
    @Test
    void manyMatchesOfOnePathAreToldApartByOneValue() {
        List<RequestMatch> matches = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            matches.add(new RequestMatch(
                    PathMatch.ANY, List.of(header("tenant", "t" + i)), List.of(), i % 2 == 0 ? "GET" : "POST"));
        }
        for (int i = 0; i < 100; i++) {
            matches.add(new RequestMatch(PathMatch.ANY, List.of(), List.of(header("arm", "x" + i)), null));
        }
        matches.add(new RequestMatch(PathMatch.ANY, List.of(), List.of(), "DELETE"));
        matches.add(RequestMatch.ANY);
        MatchTable<String> table = table(matches.toArray(RequestMatch[]::new));
        assertThat(table.find(request("GET", "/", "tenant", "t1998"))).isEqualTo("1998");
        assertThat(table.find(request("POST", "/", "tenant", "t1999"))).isEqualTo("1999");
        assertThat(table.find(request("POST", "/?arm=x7", "tenant", "t1998"))).isEqualTo("2007");
        assertThat(table.find(request("DELETE", "/?arm=x7"))).isEqualTo("2100");
        assertThat(table.find(request("GET", "/?arm=x100", "tenant", "t2000"))).isEqualTo("2101");
        assertThat(table.find(request("GET", "/", "tenant", "t1", "tenant", "t2")))
                .isEqualTo("2101");
    }

    @Test
    void aHundredThousandRoutesAreBuiltQuicklyAndFound() {
        List<MatchTable.Entry<Integer>> entries = IntStream.range(0, 100_000)
                .mapToObj(i -> new MatchTable.Entry<>(
                        match(
                                i % 2 == 0
                                        ? new PathMatch.Exact("/team-" + i % 100 + "/service-" + i + "/items")
                                        : new PathMatch.Prefix("/team-" + i % 100 + "/service-" + i)),
                        i))
                .toList();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        MatchTable<Integer> table = MatchTable.of(entries);
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
                .as("what this thread worked, whatever else the machine does")
                .isLessThan(Duration.ofSeconds(10));
        for (int i = 0; i < 100_000; i += 997) {
            assertThat(table.find(get("/team-" + i % 100 + "/service-" + i + "/items")))
                    .isEqualTo(i);
        }
        assertThat(table.find(get("/team-1/service-2/items"))).isNull();
    }

    @Test
    void anEmptyTableFitsNothing() {
        assertThat(table().find(get("/"))).isNull();
    }

    private static RequestMatch match(PathMatch path) {
        return new RequestMatch(path, List.of(), List.of(), null);
    }

    private static NamedMatch header(String name, String value) {
        return new NamedMatch(name, new ValueMatch.Exact(value));
    }

    private static MatchTable<String> table(RequestMatch... matches) {
        return MatchTable.of(IntStream.range(0, matches.length)
                .mapToObj(i -> new MatchTable.Entry<>(matches[i], String.valueOf(i)))
                .toList());
    }

    private static RequestHead get(@Nullable String path) {
        return request("GET", path == null ? "" : path);
    }

    private static RequestHead request(String method, String path, String... fields) {
        HeaderFields headers = new HeaderFields();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], Arrays.asList(fields).get(i + 1));
        }
        return new RequestHead(method, "http", "shop.example:8080", path, headers);
    }
}
