/**
 * Configuration exactly as it is written: a node's own file and the documents of the fabric, as records, read with every
 * problem at once. Decides nothing about traffic; {@code compile} does.
 */
@NullMarked
package io.bridgehead.config;

import org.jspecify.annotations.NullMarked;
