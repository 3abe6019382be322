package io.bridgehead.config.manifest;

import org.jspecify.annotations.Nullable;

/**
 * What a certificate, an authority or an extension is called. Group and kind are kept as text: one that is not known is for the
 * status to say.
 *
 * @param group the API group; empty for the core group
 * @param namespace null: the namespace of who refers
 */
public record ObjectReference(
        String group, String kind, @Nullable String namespace, String name) {}
