package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.HttpFilter.PathModifier;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of filters, of an {@code HTTPRoute} or a {@code GRPCRoute}. */
final class FilterKeys {
    private static final int FILTERS_MAX = 16;
    private static final String REDIRECT = "RequestRedirect";
    private static final String REWRITE = "URLRewrite";
    /** Types that a list holds at most once. */
    private static final Set<String> ONCE =
            Set.of("CORS", "RequestHeaderModifier", "ResponseHeaderModifier", REDIRECT, REWRITE);

    private static final Key<String> TYPE =
            Key.required("type", Words.text("a type of filter", 1, 253), "What it does.");

    private static final List<Union<?>> SHARED = List.of(
            new Union<>(
                    "RequestHeaderModifier",
                    Key.optional("requestHeaderModifier", FilterParts.EDITS, "Changes of the request's header."),
                    HttpFilter.RequestHeaderModifier::new),
            new Union<>(
                    "ResponseHeaderModifier",
                    Key.optional("responseHeaderModifier", FilterParts.EDITS, "Changes of the response's header."),
                    HttpFilter.ResponseHeaderModifier::new),
            new Union<>(
                    "RequestMirror",
                    Key.optional("requestMirror", FilterParts.MIRROR, "Where copies go."),
                    filter -> filter),
            new Union<>(
                    "ExtensionRef",
                    Key.optional("extensionRef", References.LOCAL, "What defines the filter."),
                    (ObjectReference reference) -> new HttpFilter.ExtensionRef(reference)));

    private static final List<Union<?>> HTTP_ONLY = List.of(
            new Union<>(
                    REDIRECT,
                    Key.optional("requestRedirect", FilterParts.REDIRECT, "Where the client is sent."),
                    filter -> filter),
            new Union<>(
                    REWRITE,
                    Key.optional("urlRewrite", FilterParts.REWRITE, "What the endpoint sees."),
                    filter -> filter),
            new Union<>(
                    "CORS", Key.optional("cors", FilterParts.CORS, "Which other origins may ask."), filter -> filter),
            new Union<>(
                    "ExternalAuth",
                    Key.optional("externalAuth", FilterParts.EXTERNAL_AUTH, "Who says whether a request may pass."),
                    filter -> filter));

    /** Those of an {@code HTTPRoute}. */
    static final FilterKeys HTTP = new FilterKeys(both());
    /** Those of a {@code GRPCRoute}. */
    static final FilterKeys GRPC = new FilterKeys(SHARED);

    private final List<Union<?>> unions;
    private final Key<List<HttpFilter>> key;

    private FilterKeys(List<Union<?>> unions) {
        this.unions = unions;
        List<Key<?>> keys = new ArrayList<>();
        keys.add(TYPE);
        unions.forEach(union -> keys.add(union.key()));
        Section<HttpFilter> section =
                Section.of("filters", this::build, keys.toArray(new Key<?>[0])).tolerant();
        this.key = Key.defaulted("filters", new ListType<>(section, 0, FILTERS_MAX), "[]", "What is done to requests.");
    }

    /** The list of filters. */
    Key<List<HttpFilter>> key() {
        return key;
    }

    private static List<Union<?>> both() {
        List<Union<?>> all = new ArrayList<>(SHARED);
        all.addAll(HTTP_ONLY);
        return all;
    }

    /** One type of filter: its word, the key that holds what it says, and what is made of that. */
    private record Union<T>(String type, Key<T> key, Maker<T> maker) {
        @Nullable
        HttpFilter filter(Fields fields) {
            T said = fields.find(key);
            return said == null ? null : maker.make(said);
        }
    }

    /** Makes a filter of what its key says. */
    private interface Maker<T> {
        HttpFilter make(T said);
    }

    private @Nullable HttpFilter build(Fields fields) {
        int before = fields.problems();
        String type = fields.get(TYPE);
        HttpFilter read = null;
        boolean known = false;
        for (Union<?> union : unions) {
            boolean meant = union.type().equals(type);
            known |= meant;
            if (meant) {
                read = union.filter(fields);
            }
            if (meant && read == null) {
                fields.refuse(union.key(), null, "what a filter of type " + type + " does", null);
            } else if (!meant && fields.isGiven(union.key())) {
                fields.refuse(
                        union.key(), "it beside type '" + type + "'", "it with type " + union.type() + " only", null);
            }
        }
        if (fields.problems() > before) {
            return null;
        }
        return known ? read : new HttpFilter.Unknown(type);
    }

    /** Some types are given once only, and a request is not both redirected and rewritten. */
    static void judge(Fields fields, List<HttpFilter> filters) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < filters.size(); i++) {
            String type = filters.get(i).type();
            String at = "filters[" + i + "].type";
            if (ONCE.contains(type) && !seen.add(type)) {
                fields.refuse(at, "'" + type + "' twice", "one filter of this type", null);
            }
            boolean both = (type.equals(REDIRECT) && seen.contains(REWRITE))
                    || (type.equals(REWRITE) && seen.contains(REDIRECT));
            if (both) {
                fields.refuse(at, "URLRewrite beside RequestRedirect", "one of the two", null);
            }
        }
    }

    /** Whether one of them replaces a prefix that the rule matched. */
    static boolean replacesPrefix(List<HttpFilter> filters) {
        for (HttpFilter filter : filters) {
            PathModifier path = switch (filter) {
                case HttpFilter.RequestRedirect redirect -> redirect.path();
                case HttpFilter.UrlRewrite rewrite -> rewrite.path();
                default -> null;
            };
            if (path instanceof PathModifier.ReplacePrefixMatch) {
                return true;
            }
        }
        return false;
    }
}
