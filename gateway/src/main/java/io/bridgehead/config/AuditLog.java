package io.bridgehead.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file for what operators did and what policies forbade.
 *
 * @param path null for none
 * @param verdictsPerSecond at most so many lines on requests
 */
public record AuditLog(@Nullable Path path, int verdictsPerSecond) {}
