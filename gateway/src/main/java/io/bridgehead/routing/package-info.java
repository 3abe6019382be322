/** The compiled routing table, immutable and replaced whole, and the one place where it is swapped. */
@NullMarked
package io.bridgehead.routing;

import org.jspecify.annotations.NullMarked;
