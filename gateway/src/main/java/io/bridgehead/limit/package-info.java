/** Bounds on rate and concurrency. */
@NullMarked
package io.bridgehead.limit;

import org.jspecify.annotations.NullMarked;
