package io.bridgehead.config.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a rule or a backend does to requests and responses, in the order of the file. */
public sealed interface HttpFilter {
    /** The word that the file uses, such as {@code URLRewrite}. */
    String type();

    /** Changes header fields of the request. */
    record RequestHeaderModifier(HeaderEdits edits) implements HttpFilter {
        @Override
        public String type() {
            return "RequestHeaderModifier";
        }
    }

    /** Changes header fields of the response. */
    record ResponseHeaderModifier(HeaderEdits edits) implements HttpFilter {
        @Override
        public String type() {
            return "ResponseHeaderModifier";
        }
    }

    /**
     * Answers with a redirection.
     *
     * @param scheme http or https; null: that of the request
     * @param hostname null: that of the request
     * @param path null: that of the request
     * @param port null: derived from the scheme, or the listener's
     * @param statusCode 301, 302, 303, 307 or 308; 302 unless given
     */
    record RequestRedirect(
            @Nullable String scheme,
            @Nullable String hostname,
            @Nullable PathModifier path,
            @Nullable Integer port,
            int statusCode)
            implements HttpFilter {
        @Override
        public String type() {
            return "RequestRedirect";
        }
    }

    /**
     * Changes what the endpoint sees.
     *
     * @param hostname the new host; null: as it was
     * @param path null: as it was
     */
    record UrlRewrite(@Nullable String hostname, @Nullable PathModifier path) implements HttpFilter {
        @Override
        public String type() {
            return "URLRewrite";
        }
    }

    /**
     * Sends copies of requests to another backend and ignores its responses.
     *
     * @param fraction how many; all unless given. A percentage is read as hundredths
     */
    record RequestMirror(BackendReference backendRef, Fraction fraction) implements HttpFilter {
        @Override
        public String type() {
            return "RequestMirror";
        }
    }

    /**
     * Cross-origin resource sharing.
     *
     * @param allowOrigins {@code *} alone, or origins whose host may hold {@code *}
     * @param allowMethods {@code *} alone, or methods
     * @param allowHeaders {@code *} alone, or names
     * @param exposeHeaders names; may hold {@code *}
     * @param maxAge seconds, at least 1; 5 unless given
     */
    record Cors(
            List<String> allowOrigins,
            boolean allowCredentials,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            int maxAge)
            implements HttpFilter {
        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }

        @Override
        public String type() {
            return "CORS";
        }
    }

    /** A filter that something else defines. */
    record ExtensionRef(ObjectReference extensionRef) implements HttpFilter {
        @Override
        public String type() {
            return "ExtensionRef";
        }
    }

    /**
     * Asks another service whether a request may pass.
     *
     * @param protocol HTTP or GRPC
     * @param path what is put before the request's path; empty: nothing. HTTP only
     * @param allowedHeaders request fields that are sent along
     * @param allowedResponseHeaders fields of the answer that go on to the backend. HTTP only
     * @param forwardBodyMaxSize most bytes of the body that are sent along; 0: none
     */
    record ExternalAuth(
            String protocol,
            BackendReference backendRef,
            String path,
            List<String> allowedHeaders,
            List<String> allowedResponseHeaders,
            int forwardBodyMaxSize)
            implements HttpFilter {
        public ExternalAuth {
            allowedHeaders = List.copyOf(allowedHeaders);
            allowedResponseHeaders = List.copyOf(allowedResponseHeaders);
        }

        @Override
        public String type() {
            return "ExternalAuth";
        }
    }

    /** A filter whose type is not known: the route's status says so, and its requests are refused. */
    record Unknown(String type) implements HttpFilter {}

    /**
     * Changes of header fields; no name is given twice within one list.
     *
     * @param set replaces the field, or adds it
     * @param add appends to the field's values
     * @param remove names
     */
    record HeaderEdits(List<HeaderValue> set, List<HeaderValue> add, List<String> remove) {
        public HeaderEdits {
            set = List.copyOf(set);
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }

    /** A header field as it is written. */
    record HeaderValue(String name, String value) {}

    /** How a path is changed. */
    sealed interface PathModifier {
        /** The whole path becomes this. */
        record ReplaceFullPath(String replaceFullPath) implements PathModifier {}

        /** The prefix that matched becomes this; may be empty. The rule has exactly one match, by prefix. */
        record ReplacePrefixMatch(String replacePrefixMatch) implements PathModifier {}
    }

    /** A part of a whole; the numerator is at least 0 and no more than the denominator, which is at least 1. */
    record Fraction(int numerator, int denominator) {
        /** All. */
        public static final Fraction ALL = new Fraction(100, 100);
    }
}
