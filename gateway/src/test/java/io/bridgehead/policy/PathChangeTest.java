package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathChangeTest {
    /** The first eleven are those of the specification. */
    @ParameterizedTest
    @CsvSource({
        "/foo/bar, /foo,  /xyz,  /xyz/bar",
        "/foo/bar, /foo,  /xyz/, /xyz/bar",
        "/foo/bar, /foo/, /xyz,  /xyz/bar",
        "/foo/bar, /foo/, /xyz/, /xyz/bar",
        "/foo,     /foo,  /xyz,  /xyz",
        "/foo/,    /foo,  /xyz,  /xyz/",
        "/foo/bar, /foo,  '',    /bar",
        "/foo/,    /foo,  '',    /",
        "/foo,     /foo,  '',    /",
        "/foo/,    /foo,  /,     /",
        "/foo,     /foo,  /,     /",
        "/foo,     /foo,  /xyz/, /xyz",
        "/foo,     /foo/, /xyz,  /xyz",
        "/foo,     /,     /xyz,  /xyz/foo",
        "/,        /,     /xyz,  /xyz/",
        "/foo/bar, /foo,  xyz,   /xyz/bar",
        "/foo/bar, /foo/bar, /a/b/c, /a/b/c",
        "/foobar,  /foo,  /xyz,  /foobar",
        "*,        /,     /xyz,  *",
        "'',       /,     /xyz,  ''",
    })
    void thePrefixIsReplacedAndTheQueryStays(String path, String matched, String replacement, String changed) {
        PathChange change = new PathChange.Prefix(matched, replacement);
        assertThat(change.apply(path)).isEqualTo(changed);
        if (path.startsWith("/")) {
            assertThat(change.apply(path + "?a=/foo&b=?")).isEqualTo(changed + "?a=/foo&b=?");
        }
    }

    @Test
    void theFullPathIsReplacedAndTheQueryStays() {
        assertThat(new PathChange.Full("/one").apply("/a/b")).isEqualTo("/one");
        assertThat(new PathChange.Full("/one/").apply("/a/b?c=d/e")).isEqualTo("/one/?c=d/e");
        assertThat(new PathChange.Full("").apply("/a")).isEqualTo("/");
        assertThat(new PathChange.Full("one").apply("/a")).isEqualTo("/one");
        assertThat(new PathChange.Full("/one").apply("*")).isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a?b", "/a#b", "/a\r\nb", "/é", "/a\\b", "/..", "/a/../b", "/a/./b", "/."})
    void whatNoPathCanHoldIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathChange.Full(path))
                .withMessageStartingWith("path '" + path + "': expected ");
        assertThatIllegalArgumentException().isThrownBy(() -> new PathChange.Prefix("/a", path));
        assertThatIllegalArgumentException().isThrownBy(() -> new PathChange.Prefix(path, "/a"));
    }

    @Test
    void aRewriteChangesWhatItNames() {
        Rewrite both = new Rewrite("inner.example", new PathChange.Full("/x"));
        assertThat(both.authority("a.example:80")).isEqualTo("inner.example");
        assertThat(both.path("/y?z")).isEqualTo("/x?z");
        Rewrite none = new Rewrite(null, null);
        assertThat(none.authority("a.example:80")).isEqualTo("a.example:80");
        assertThat(none.path("/y?z")).isEqualTo("/y?z");
        assertThatIllegalArgumentException().isThrownBy(() -> new Rewrite("a.example:80", null));
    }
}
