/**
 * Reading a node's file and the fabric's documents: the key tables, and the readers that turn text into records or into
 * every problem at once. The reference page docs/configuration.md and the JSON Schemas are written from the same tables.
 */
@NullMarked
package io.bridgehead.config.read;

import org.jspecify.annotations.NullMarked;
