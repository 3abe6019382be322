/** Anti-entropy: two nodes compare digests; one pulls what it lacks and offers what the other lacks. */
@NullMarked
package io.bridgehead.cluster.repair;

import org.jspecify.annotations.NullMarked;
