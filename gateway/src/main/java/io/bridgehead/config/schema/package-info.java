/**
 * What a file may hold, and reading a file against it: YAML with positions, typed keys, every problem at once. The only
 * package that knows the YAML parser. The reference page and the JSON Schema are written from the same key tables.
 */
@NullMarked
package io.bridgehead.config.schema;

import org.jspecify.annotations.NullMarked;
