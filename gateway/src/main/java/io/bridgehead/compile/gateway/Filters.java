package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.policy.Cors;
import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.policy.PathChange;
import io.bridgehead.policy.Redirection;
import io.bridgehead.policy.Rewrite;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Mirror;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes edits of the filters of one rule or backend. */
@OwnedBy(Owner.CONFINED)
final class Filters {
    private HeaderEdits request = HeaderEdits.NONE;
    private HeaderEdits response = HeaderEdits.NONE;
    private @Nullable Rewrite rewrite;
    private @Nullable Redirection redirect;
    private @Nullable Cors cors;
    private final List<Mirror> mirrors = new ArrayList<>();
    private @Nullable String refusal;
    private @Nullable Condition unresolved;

    /** Where copies of requests go: resolves the reference of a mirror. */
    interface Mirrors {
        Destinations.Resolved resolve(HttpFilter.RequestMirror mirror);
    }

    /** @param prefix what the match of the rule fits, for replacements of a prefix; null for a match that is none */
    Filters(List<HttpFilter> filters, @Nullable String prefix, Mirrors targets) {
        for (HttpFilter filter : filters) {
            try {
                take(filter, prefix, targets);
            } catch (IllegalArgumentException e) {
                refuse("filter " + filter.type() + ": " + e.getMessage());
            }
        }
    }

    Backend.Edits edits() {
        return new Backend.Edits(request, response, rewrite, redirect, mirrors);
    }

    @Nullable
    Cors cors() {
        return cors;
    }

    /** Why requests cannot be served as the filters ask, or null. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** What is wrong with a reference, or null. */
    @Nullable
    Condition unresolved() {
        return unresolved;
    }

    private void take(HttpFilter filter, @Nullable String prefix, Mirrors targets) {
        switch (filter) {
            case HttpFilter.RequestHeaderModifier(HttpFilter.HeaderEdits edits) -> request = edits(edits);
            case HttpFilter.ResponseHeaderModifier(HttpFilter.HeaderEdits edits) -> response = edits(edits);
            case HttpFilter.UrlRewrite it -> rewrite = new Rewrite(it.hostname(), path(it.path(), prefix));
            case HttpFilter.RequestRedirect it ->
                redirect = new Redirection(
                        it.scheme(), it.hostname(), it.port(), path(it.path(), prefix), it.statusCode());
            case HttpFilter.RequestMirror it -> mirror(it, targets.resolve(it));
            case HttpFilter.Cors it ->
                cors = new Cors(
                        it.allowOrigins(),
                        it.allowCredentials(),
                        it.allowMethods(),
                        it.allowHeaders(),
                        it.exposeHeaders(),
                        Duration.ofSeconds(it.maxAge()));
            case HttpFilter.ExtensionRef it -> {
                unresolved = Condition.no(
                        Condition.RESOLVED_REFS,
                        "InvalidKind",
                        "filter ExtensionRef: " + it + " is of no kind that is served");
                refuse("filter ExtensionRef is of no kind that is served");
            }
            case HttpFilter.ExternalAuth _ -> refuse("filter ExternalAuth is not served");
            case HttpFilter.Unknown(String type) -> refuse("filter " + type + " is not known");
        }
    }

    private void refuse(String why) {
        if (refusal == null) {
            refusal = why;
        }
    }

    private void mirror(HttpFilter.RequestMirror mirror, Destinations.Resolved resolved) {
        if (resolved.service() == null) {
            unresolved = Condition.no(Condition.RESOLVED_REFS, resolved.reason(), resolved.message());
            return;
        }
        mirrors.add(new Mirror(
                resolved.service(),
                mirror.fraction().numerator(),
                mirror.fraction().denominator()));
    }

    private static HeaderEdits edits(HttpFilter.HeaderEdits edits) {
        return new HeaderEdits(
                fields(edits.set()),
                fields(edits.add()),
                edits.remove().stream().map(Filters::name).toList());
    }

    private static List<HeaderEdits.Field> fields(List<HttpFilter.HeaderValue> values) {
        return values.stream()
                .map(value -> new HeaderEdits.Field(name(value.name()), value.value()))
                .toList();
    }

    private static HeaderName name(String text) {
        return HeaderName.of(text.toLowerCase(Locale.ROOT));
    }

    private static @Nullable PathChange path(HttpFilter.@Nullable PathModifier modifier, @Nullable String prefix) {
        return switch (modifier) {
            case null -> null;
            case HttpFilter.PathModifier.ReplaceFullPath(String path) -> new PathChange.Full(path);
            case HttpFilter.PathModifier.ReplacePrefixMatch(String replacement) -> {
                if (prefix == null) {
                    throw new IllegalArgumentException("ReplacePrefixMatch: expected a match by PathPrefix");
                }
                yield new PathChange.Prefix(prefix, replacement);
            }
        };
    }
}
