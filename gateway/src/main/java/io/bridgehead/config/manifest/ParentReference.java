package io.bridgehead.config.manifest;

import org.jspecify.annotations.Nullable;

/**
 * What a route, or a set of listeners, attaches to. Group and kind are kept as text: one that is not known is for the status to say.
 *
 * @param group {@code gateway.networking.k8s.io} unless given
 * @param kind {@code Gateway} unless given
 * @param namespace null: the namespace of who refers
 * @param sectionName the name of one listener; null: all
 * @param port the port of listeners, 1 to 65535; null: any
 */
public record ParentReference(
        String group,
        String kind,
        @Nullable String namespace,
        String name,
        @Nullable String sectionName,
        @Nullable Integer port) {}
