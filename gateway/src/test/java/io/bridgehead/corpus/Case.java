package io.bridgehead.corpus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One case of the corpus; {@code corpus/README.md} describes the form.
 *
 * @param http1 bytes of an HTTP/1.1 client, or null
 * @param frames frames of an HTTP/2 client in the notation of {@link Frames}, or null
 * @param endpoint what the endpoint does with a request
 * @param received what the endpoint must have got, request after request; empty for nothing at all
 * @param partAllowed whether the beginning of one more request may have come to the endpoint
 * @param keeps whether the node must use its connection to the endpoint again, or null
 * @param verdicts1 what an HTTP/1.1 client gets, in order
 * @param verdicts2 what an HTTP/2 client gets, in any order
 */
public record Case(
        String family,
        String name,
        @Nullable String http1,
        @Nullable List<String> frames,
        Script endpoint,
        String received,
        boolean partAllowed,
        @Nullable Boolean keeps,
        List<String> verdicts1,
        List<String> verdicts2) {
    /** What the endpoint gets does not matter. */
    public static final String ANYTHING = "*";

    /**
     * How the endpoint answers.
     *
     * @param answer the bytes that answer a request
     * @param early whether it answers when it has the head, not the whole request
     * @param then what happens to the connection behind the answer
     * @param greeting bytes that nobody asked for, when a connection is accepted
     */
    public record Script(String answer, boolean early, Then then, String greeting) {
        /** Answers 200 and goes on. */
        public static final Script OK =
                new Script("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, Then.KEEP, "");
    }

    /** What the endpoint does with its connection when it has answered. */
    public enum Then {
        KEEP,
        /** Ends its output and closes. */
        CLOSE,
        /** Closes with a reset. */
        RESET
    }

    /** One way to run a case. */
    public record Run(Case given, boolean http2, boolean byteByByte, boolean tunnel) {
        @Override
        public String toString() {
            return given.family() + ": " + given.name() + " [" + (http2 ? "http2" : "http1")
                    + (byteByByte ? ", byte by byte" : "") + (tunnel ? ", tunnel]" : "]");
        }

        /** What the client gets. */
        public List<String> verdicts() {
            return http2 ? given.verdicts2() : given.verdicts1();
        }
    }
}
